import { expect, test } from 'vitest'
import { UsageError } from '../../../cli/program/usage-error.ts'
import { syncCommand } from '../../../cli/sync/command.ts'
import { parsed } from '../parsed.ts'

const only = (...texts: string[]) =>
  parsed(
    syncCommand,
    texts.flatMap((text) => ['--only', text]),
  ).only

test('mirrors mirror.yaml if no list is given, and waits for up to ten minutes', () => {
  expect(parsed(syncCommand, [])).toMatchObject({
    list: 'mirror.yaml',
    dryRun: false,
    json: false,
    maxWaitMinutes: 10,
  })
})

test('reads the list from standard input for -', () => {
  expect(parsed(syncCommand, ['-']).list).toBe('-')
})

test('--only takes images, and pairs after an @', () => {
  expect(only('redis:7', 'redis:7@harbor', 'redis@prod/eu-west-1')).toEqual([
    { image: 'redis:7' },
    { image: 'redis:7', target: 'harbor' },
    { image: 'redis', target: 'prod/eu-west-1' },
  ])
})

test('--only tells a digest from a target', () => {
  const image = `redis@sha256:${'0'.repeat(64)}`
  expect(only(image, `${image}@harbor`)).toEqual([{ image }, { image, target: 'harbor' }])
})

test.each(['@harbor', 'redis@'])('--only refuses %s', (text) => {
  expect(() => only(text)).toThrow(UsageError)
})
