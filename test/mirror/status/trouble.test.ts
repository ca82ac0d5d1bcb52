// Trouble that keeps runs from mirroring: when runs report it, repeat it, and report its end.
import { expect, test } from 'vitest'
import { fingerprintOf, nextTrouble, type Trouble } from '../../../mirror/status/trouble.ts'
import { at } from './places.ts'

type Step = readonly [minutes: number, what: string | undefined, name?: string]

/** The kind of alert after each run, and since when. */
function told(repeat: string | undefined, ...steps: readonly Step[]): (string | undefined)[] {
  let known: Trouble | undefined
  return steps.map(([minutes, what, name = `run-${minutes}`]) => {
    const run = { name, ...(repeat === undefined ? {} : { repeat }) }
    const { after, news } = nextTrouble(known, what, run, at(minutes / 60))
    known = after
    return news.kind
  })
}

test('reports a broken list once in a night of runs every 15 minutes, and its recovery once', () => {
  const night = Array.from(
    { length: 32 },
    (_, run): Step => [run * 15, run > 3 && run < 30 ? 'broken' : undefined],
  )
  const kinds = told(undefined, ...night)
  expect(kinds.flatMap((kind, run) => (kind === undefined ? [] : [[run, kind]]))).toEqual([
    [4, 'failed'],
    [30, 'recovered'],
  ])
})

test.each([
  ['always', ['failed', 'digest', 'digest']],
  ['never', ['failed', undefined, undefined]],
  ['30 minutes', ['failed', undefined, 'digest']],
])('repeats as the list says: %s', (repeat, expected) => {
  expect(told(repeat, [0, 'broken'], [15, 'broken'], [30, 'broken'])).toEqual(expected)
})

test('reports another trouble at once, and keeps the time of the first', () => {
  expect(told(undefined, [0, 'a'], [15, 'b'], [30, 'b'], [45, undefined])).toEqual([
    'failed',
    'failed',
    undefined,
    'recovered',
  ])
  const first = nextTrouble(undefined, 'a', { name: 'one' }, at(0)).after
  expect(nextTrouble(first, 'b', { name: 'two' }, at(1)).news.since).toBe(at(0).toISOString())
  expect(nextTrouble(first, undefined, { name: 'two' }, at(1)).news.since).toBe(at(0).toISOString())
})

test('reports again if Report is retried', () => {
  expect(told(undefined, [0, 'a', 'nightly'], [1, 'a', 'nightly'])).toEqual(['failed', 'failed'])
})

test.each([
  [
    'a request',
    'denied (request 6a3c1f00-0000-4aaa-8bbb-0123456789ab)',
    'denied (request 00000000-1111-4222-8333-444444444444)',
  ],
  ['an address', 'connect to 10.0.0.1 failed', 'connect to 10.0.12.250 failed'],
  ['a time', 'expired at 2026-11-30T01:02:03Z', 'expired at 2026-12-01T01:02:03.5Z'],
])('treats messages that differ in %s as the same trouble', (_, one, other) => {
  expect(fingerprintOf(one)).toBe(fingerprintOf(other))
})

test('treats different lists as different trouble', () => {
  const [one, other] = ['s3://lists/team-1.yaml does not exist', 's3://lists/team-2.yaml does not exist']
  expect(fingerprintOf(one)).not.toBe(fingerprintOf(other))
})
