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

test('has no late pairs after a run that verifies all', () => {
  expect(afterRuns([], [])).toEqual({ kept: { reported: '2026-11-02T00:00:00.000Z', late: {} } })
})

test('takes a pair that the last record does not name for verified', () => {
  expect(afterRuns([], [redis]).oldest).toEqual({ target: 'us-east-1/mirror/redis', hours: 24 })
})

test('ages a pair with every run that does not verify it', () => {
  expect(afterRuns([], [redis], [redis], [redis]).oldest?.hours).toBe(72)
})

test('resets the age of a verified pair', () => {
  expect(afterRuns([], [redis], [redis], []).oldest).toBeUndefined()
  expect(afterRuns([], [redis], [redis], [], [redis]).oldest?.hours).toBe(24)
})

test('reports the oldest pair, at any position', () => {
  expect(afterRuns([], [redis], [nginx, redis]).oldest).toMatchObject({ target: 'us-east-1/mirror/redis' })
  expect(afterRuns([], [redis], [redis, nginx]).oldest).toMatchObject({
    target: 'us-east-1/mirror/redis',
    hours: 48,
  })
})

test('keeps the ages of different pairs apart', () => {
  expect(afterRuns([], [redis], [nginx], [redis]).oldest?.hours).toBe(24)
})

test('ages a pair that was never verified from its first run', () => {
  expect(afterRuns([redis]).oldest?.hours).toBe(0)
  expect(afterRuns([redis], [redis]).oldest?.hours).toBe(24)
})

test('drops a pair that is no longer in the list', () => {
  expect(afterRuns([], [redis, nginx], [nginx]).kept.late).toEqual({
    'eu-west-1/mirror/nginx': '2026-11-01T00:00:00.000Z',
  })
})
