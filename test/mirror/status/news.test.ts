// Which failures an alert reports, over the runs of some nights.
import { expect, test } from 'vitest'
import { allNew } from '../../../mirror/status/news.ts'
import type { Status } from '../../../mirror/status/schema.ts'
import { after, at, bad, good } from './places.ts'

interface Step {
  readonly hours: number
  readonly pairs: readonly ReturnType<typeof good>[]
  readonly name?: string
}

/** The kind of alert after each run. */
function kinds(repeat: string | undefined, ...steps: readonly Step[]): (string | undefined)[] {
  let status: Status | undefined
  return steps.map(({ hours, pairs, name }) => {
    const more = { ...(repeat === undefined ? {} : { repeat }), ...(name === undefined ? {} : { name }) }
    const next = after(status, pairs, { hours, ...more })
    status = next.status
    return next.news.kind
  })
}

const fine = (hours: number): Step => ({ hours, pairs: [good()] })
const down = (hours: number): Step => ({ hours, pairs: [bad()] })

test('reports a failure once, and its recovery once', () => {
  expect(kinds(undefined, fine(0), down(6), down(12), fine(18), fine(24))).toEqual([
    undefined,
    'failed',
    undefined,
    'recovered',
    undefined,
  ])
})

test('repeats a persisting failure once a day by default, although schedules start within a window', () => {
  expect(kinds(undefined, down(0), down(12), down(23.8), down(36), down(47.5))).toEqual([
    'failed',
    undefined,
    'digest',
    undefined,
    'digest',
  ])
})

test.each([
  ['always', ['failed', 'digest', 'digest']],
  ['never', ['failed', undefined, undefined]],
  ['2 hours', ['failed', undefined, 'digest']],
  ['90 minutes', ['failed', undefined, 'digest']],
])('repeats as the list says: %s', (repeat, expected) => {
  expect(kinds(repeat, down(0), down(1), down(2))).toEqual(expected)
})

test('reports a failure with another cause at once', () => {
  const other = { hours: 1, pairs: [bad({ error: { name: 'AccessDenied', message: 'no' } })] }
  const [tag, digest] = ['7.4', '7.5'].map((name) => ({ tag: name, name: 'SourceNotFound', message: 'gone' }))
  const one = { hours: 2, pairs: [bad({ failedTags: [tag as never] })] }
  const two = { hours: 3, pairs: [bad({ failedTags: [tag as never, digest as never] })] }
  expect(kinds(undefined, down(0), other, one, two)).toEqual(['failed', 'failed', 'failed', 'failed'])
})

test('takes other words for the same cause as the same failure', () => {
  const again = { hours: 1, pairs: [bad({ error: { name: 'RegistryUnavailable', message: 'at 02:00' } })] }
  expect(kinds(undefined, down(0), again)).toEqual(['failed', undefined])
})

test('does not take a deferral for a recovery', () => {
  const waits = { hours: 1, pairs: [bad({ outcome: 'deferred' })] }
  expect(kinds(undefined, down(0), waits, down(2), fine(3))).toEqual([
    'failed',
    undefined,
    undefined,
    'recovered',
  ])
})

test('does not report the recovery of a pair that was only deferred', () => {
  expect(kinds(undefined, { hours: 0, pairs: [bad({ outcome: 'deferred' })] }, fine(1))).toEqual([
    undefined,
    undefined,
  ])
})

test('reports again if Report was lost after it had decided', () => {
  expect(kinds(undefined, { ...down(0), name: 'nightly' }, { ...down(0), name: 'nightly' })).toEqual([
    'failed',
    'failed',
  ])
})

test('tells new, persisting and recovered pairs apart, with their times', () => {
  const [a, b, c] = ['a', 'b', 'c']
  const first = after(undefined, [good({ image: a }), good({ image: b }), good({ image: c })]).status
  const second = after(first, [bad({ image: a }), bad({ image: b }), good({ image: c })], { hours: 1 }).status
  const { news } = after(second, [good({ image: a }), bad({ image: b }), bad({ image: c })], { hours: 2 })
  const place = { target: 'us-east-1', repository: 'mirror/redis' }
  const time = (hours: number) => at(hours).toISOString()
  expect(news).toEqual({
    kind: 'failed',
    failed: [{ image: c, ...place, since: time(2), lastGood: time(1) }],
    persisting: [{ image: b, ...place, since: time(1), lastGood: time(0) }],
    recovered: [{ image: a, ...place, since: time(1), lastGood: time(0) }],
  })
})

test('a digest is about all that persists, so that the next one comes a day later', () => {
  const [a, b] = ['a', 'b']
  const first = after(undefined, [bad({ image: a })]).status
  const second = after(first, [bad({ image: a }), bad({ image: b })], { hours: 12 })
  const third = after(second.status, [bad({ image: a }), bad({ image: b })], { hours: 24 })
  const fourth = after(third.status, [bad({ image: a }), bad({ image: b })], { hours: 36 })
  expect([second, third, fourth].map(({ news }) => news.kind)).toEqual(['failed', 'digest', undefined])
  expect(third.news.persisting.map(({ image }) => image)).toEqual([a, b])
})

test('reports each failure of a push or of an own list, and no recovery', () => {
  const list = 's3://work/runs/push/list.json'
  const first = after(undefined, [bad()], { list })
  const second = after(first.status, [bad()], { hours: 1, list })
  const third = after(second.status, [good()], { hours: 2, list })
  expect([first, second, third].map(({ news }) => news.kind)).toEqual(['failed', 'failed', undefined])
})

test('without a state, everything that failed is new', () => {
  const place = { image: 'a', target: 'us-east-1', repository: 'mirror/a' }
  expect(allNew([place], at(0))).toMatchObject({
    kind: 'failed',
    failed: [{ ...place, since: at(0).toISOString() }],
  })
  expect(allNew([], at(0)).kind).toBeUndefined()
})
