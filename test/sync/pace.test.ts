// ECR takes 10 PutImage a second; we stay below, in every window of a second.
import { expect, test } from 'vitest'
import type { Clock } from '../../registry/clock.ts'
import { createPace } from '../../sync/pace.ts'

/** A clock that jumps to whatever is waited for. */
function virtualClock(): Clock & { pass(ms: number): void } {
  let now = 1_000_000
  return {
    now: () => now,
    random: () => 0,
    pass: (ms) => {
      now += ms
    },
    async sleep(ms) {
      now += ms
    },
  }
}

async function startTimes(count: number, clock: Clock, perSecond?: number): Promise<number[]> {
  const pace = createPace(perSecond, clock)
  const starts: number[] = []
  for (let index = 0; index < count; index++) {
    await pace()
    starts.push(clock.now())
  }
  return starts
}

function mostInASecond(starts: readonly number[]): number {
  return Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1000).length))
}

test('a small image does not wait at all', async () => {
  const clock = virtualClock()
  const begin = clock.now()
  const starts = await startTimes(6, clock)
  expect(starts.every((at) => at === begin)).toBe(true)
})

test('no second sees more than 8 of a hundred', async () => {
  expect(mostInASecond(await startTimes(100, virtualClock()))).toBeLessThanOrEqual(8)
})

test('a hundred take no longer than they must', async () => {
  const starts = await startTimes(100, virtualClock(), 10)
  expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBe(9_000)
})

test('many at the same time keep the pace together', async () => {
  const now = 5_000
  const waits: number[] = []
  const clock: Clock = {
    now: () => now,
    random: () => 0,
    sleep: async (ms) => void waits.push(ms),
  }
  const pace = createPace(2, clock)
  await Promise.all(Array.from({ length: 6 }, () => pace()))
  expect(waits).toEqual([1000, 1000, 2000, 2000])
})

test('a pause is made up for, but not saved up', async () => {
  const clock = virtualClock()
  const pace = createPace(3, clock)
  for (let index = 0; index < 3; index++) await pace()
  clock.pass(10_000)
  const begin = clock.now()
  for (let index = 0; index < 4; index++) await pace()
  expect(clock.now() - begin).toBe(1000)
})
