import { beforeEach, expect, test, vi } from 'vitest'
import { showProgress } from '../../../cli/run/show-progress.ts'
import { followRun, type PairState, type Progress } from '../../../local/stepfunctions/progress.ts'
import { task } from '../../local/machines.ts'

const definition = JSON.stringify({ StartAt: 'A', States: { A: task('a') } })

beforeEach(() => {
  vi.stubEnv('TERM', 'xterm')
  vi.stubEnv('NO_COLOR', '')
  return () => vi.unstubAllEnvs()
})

function screen(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, columns: 80, rows: 24, written, write: (text: string) => written.push(text) }
}

function progressOf(states: Readonly<Record<string, PairState>>): Progress {
  const progress = followRun(definition)
  return {
    ...progress,
    count: () => Object.keys(states).length,
    pairs: () =>
      Object.entries(states).map(([image, state]) => ({ id: image, image, target: 'us-east-1', state })),
  }
}

test('prints one line for each finished pair outside a terminal', () => {
  const out = screen(false)
  const display = showProgress(out)
  const progress = progressOf({ redis: 'synced', pause: 'syncing' })
  for (const pair of [...progress.pairs(), ...progress.pairs()]) display.update(progress, pair)
  display.end()
  expect(out.written).toEqual(['1/2  synced    redis -> us-east-1\n'])
})

test('redraws the matrix on a terminal, and keeps the last one', () => {
  const out = screen(true)
  const display = showProgress(out)
  const first = progressOf({ redis: 'syncing' })
  const second = progressOf({ redis: 'synced' })
  for (const pair of first.pairs()) display.update(first, pair)
  display.end()
  for (const pair of second.pairs()) display.update(second, pair)
  display.end()
  expect(out.written[0]).toContain('syncing')
  expect(out.written[0]).not.toContain('\x1b')
  expect(out.written[1]?.startsWith('\r\x1b[3A\x1b[J')).toBe(true)
  expect(out.written[1]).toContain('1 of 1 pairs done: 1 synced')
})

test.each([
  ['TERM', 'dumb'],
  ['NO_COLOR', '1'],
])('prints lines without cursor movement on a terminal with %s=%s', (name, value) => {
  vi.stubEnv(name, value)
  const out = screen(true)
  const display = showProgress(out)
  const progress = progressOf({ redis: 'synced' })
  for (const pair of progress.pairs()) display.update(progress, pair)
  display.end()
  expect(out.written).toEqual(['1/1  synced    redis -> us-east-1\n'])
})

test('fits a terminal that gets narrower, and erases wrapped rows', () => {
  const out = { ...screen(true), columns: 100 }
  const display = showProgress(out)
  const progress = progressOf({ [`registry.example.com/${'long/'.repeat(10)}image`]: 'syncing' })
  for (const pair of progress.pairs()) display.update(progress, pair)
  display.end()
  out.columns = 50
  for (const pair of progress.pairs()) display.update(progress, pair)
  display.end()
  // The head and the row have 87 characters each, so each takes two lines now.
  expect(out.written[1]?.startsWith('\r\x1b[5A\x1b[J')).toBe(true)
  for (const line of (out.written[1] ?? '').split('\n').slice(1)) expect(line.length).toBeLessThan(50)
})
