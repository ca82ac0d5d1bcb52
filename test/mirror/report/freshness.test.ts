// The age of the oldest verification of a schedule's pairs, from run to run.
import { expect, test } from 'vitest'
import { type Freshness, freshnessOf, freshnessSchema } from '../../../mirror/report/freshness.ts'

const redis = { target: 'us-east-1', repository: 'mirror/redis' }
const nginx = { target: 'eu-west-1', repository: 'mirror/nginx' }
const day = (day: number) => new Date(Date.UTC(2026, 10, day))

/** Runs one day apart, given the pairs that each does not verify. Returns the result of the last run. */
function afterRuns(...late: (typeof redis)[][]) {
  let before: Freshness | undefined
  let told = freshnessOf([], before, day(1))
  for (const [index, pairs] of late.entries()) {
    told = freshnessOf(pairs, before, day(index + 1))
    before = freshnessSchema.parse(JSON.parse(JSON.stringify(told.kept)))
  }
  return told
}

test('a run that verifies all has nothing that is late', () => {
  expect(afterRuns([], [])).toEqual({ kept: { reported: '2026-11-02T00:00:00.000Z', late: {} } })
})

test('a pair was verified by the last run that does not name it', () => {
  expect(afterRuns([], [redis]).oldest).toEqual({ target: 'us-east-1/mirror/redis', hours: 24 })
})

test('it gets older with every run that leaves it out', () => {
  expect(afterRuns([], [redis], [redis], [redis]).oldest?.hours).toBe(72)
})

test('it is fresh again when it was verified once', () => {
  expect(afterRuns([], [redis], [redis], []).oldest).toBeUndefined()
  expect(afterRuns([], [redis], [redis], [], [redis]).oldest?.hours).toBe(24)
})

test('the oldest of several is told, wherever it stands', () => {
  expect(afterRuns([], [redis], [nginx, redis]).oldest).toMatchObject({ target: 'us-east-1/mirror/redis' })
  expect(afterRuns([], [redis], [redis, nginx]).oldest).toMatchObject({
    target: 'us-east-1/mirror/redis',
    hours: 48,
  })
})

test('different pairs that are late one after the other are not taken for one', () => {
  expect(afterRuns([], [redis], [nginx], [redis]).oldest?.hours).toBe(24)
})

test('a pair that was never verified counts from the first run that tried', () => {
  expect(afterRuns([redis]).oldest?.hours).toBe(0)
  expect(afterRuns([redis], [redis]).oldest?.hours).toBe(24)
})

test('a pair that is not in the list any more is forgotten', () => {
  expect(afterRuns([], [redis, nginx], [nginx]).kept.late).toEqual({
    'eu-west-1/mirror/nginx': '2026-11-01T00:00:00.000Z',
  })
})
