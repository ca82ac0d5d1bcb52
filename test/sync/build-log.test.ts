// The lines of a build's log, as CloudWatch receives them.
import { expect, test } from 'vitest'
import { createBuildLog } from '../../sync/build-log.ts'

const AT = Date.parse('2026-11-21T12:00:00Z')

function written(work: (log: ReturnType<typeof createBuildLog>) => void): unknown[] {
  const lines: string[] = []
  work(
    createBuildLog(
      (line) => lines.push(line),
      () => AT,
    ),
  )
  for (const line of lines) expect(line).toMatch(/^[^\n]+\n$/)
  return lines.map((line) => JSON.parse(line))
}

test('writes one JSON object per line, for any message', () => {
  expect(written((log) => log.write('two\nlines and a "quote"'))).toEqual([
    {
      level: 'INFO',
      message: 'two\nlines and a "quote"',
      timestamp: '2026-11-21T12:00:00.000Z',
      service: 'image-mirror',
    },
  ])
})

test('adds the keys to every further line', () => {
  const lines = written((log) => {
    log.write('before')
    log.about({ run: 'nightly', id: '00001-redis', region: 'eu-west-1' })
    log.write('one')
    log.about({ image: 'redis:7.4' })
    log.write('two', 'WARN')
  })
  const pair = { run: 'nightly', id: '00001-redis', region: 'eu-west-1' }
  expect(lines[0]).not.toHaveProperty('run')
  expect(lines.slice(1)).toMatchObject([pair, { ...pair, image: 'redis:7.4', level: 'WARN' }])
})
