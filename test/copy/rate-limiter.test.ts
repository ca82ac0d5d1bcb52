// Manifest PUTs stay below ECR's limit of 10 PutImage calls in any window of one second.
import { expect, test } from 'vitest'
import { createRateLimiter, type RateLimiter } from '../../copy/rate-limiter.ts'
import type { Clock } from '../../registry/model/clock.ts'

/** A clock that jumps to the next sleeper and wakes the sleepers in turn. */
function virtualClock(): Clock & { pass(ms: number): void } {
  let now = 1_000_000
  const sleepers: { at: number; wake: () => void }[] = []
  const advance = (): void => {
    sleepers.sort((one, other) => one.at - other.at)
    const next = sleepers.shift()
    if (next === undefined) return
    now = Math.max(now, next.at)
    next.wake()
  }
  return {
    now: () => now,
    random: () => 0,
    pass: (ms) => {
      now += ms
    },
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ at: now + ms, wake })
        setImmediate(advance)
      }),
  }
}

/** The registry receives a request at a random time between its start and its response. */
async function arrivals(
  count: number,
  pace: RateLimiter,
  clock: Clock,
  latencies: readonly number[],
): Promise<number[]> {
  const times: number[] = []
  const put = async (index: number): Promise<void> => {
    await clock.sleep(latencies[index % latencies.length] ?? 0)
    times.push(clock.now())
    await clock.sleep(5)
  }
  await Promise.all(Array.from({ length: count }, (_, index) => pace(() => put(index))))
  return times
}

function mostInASecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length))
}

test.each([
  ['quick', [1]],
  ['slow', [700]],
  ['quick and slow in turn', [900, 900, 900, 1, 300, 20]],
])('puts at most 9 of a hundred in any second, with a network that is %s', async (_what, latencies) => {
  const clock = virtualClock()
  const times = await arrivals(100, createRateLimiter(9, clock), clock, latencies)
  expect(times).toHaveLength(100)
  expect(mostInASecond(times)).toBeLessThanOrEqual(9)
})

test('does not delay a small image', async () => {
  const clock = virtualClock()
  const pace = createRateLimiter(9, clock)
  const begin = clock.now()
  for (let index = 0; index < 9; index++) await pace(async () => {})
  expect(clock.now()).toBe(begin)
})

test('takes no longer than necessary for a hundred', async () => {
  const clock = virtualClock()
  const pace = createRateLimiter(10, clock)
  const begin = clock.now()
  for (let index = 0; index < 100; index++) await pace(async () => {})
  expect(clock.now() - begin).toBe(9_000)
})

/** The maximum number of requests in any window of this length. */
function mostWithin(ms: number, times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + ms).length))
}

test('uses only its share once other jobs are known', async () => {
  const clock = virtualClock()
  let met = false
  const pace = createRateLimiter(9, clock, { writers: 3, isShared: () => met })
  const alone = await arrivals(30, pace, clock, [1])
  expect(mostWithin(3_000, alone)).toBeGreaterThan(20)
  met = true
  clock.pass(1_000)
  const together = await arrivals(60, pace, clock, [1])
  expect(mostWithin(3_000, together)).toBeLessThanOrEqual(9)
})

test('stops being throttled once ten jobs know of each other', async () => {
  const clock = virtualClock()
  const taken: number[] = []
  const refused: number[] = []
  const put = async (job: { met: boolean }): Promise<void> => {
    await clock.sleep(20)
    const now = clock.now()
    if (taken.filter((at) => at > now - 1_000).length < 10) return void taken.push(now)
    refused.push(now)
    job.met = true
    await clock.sleep(1_000)
    return put(job)
  }
  const mirror = async (): Promise<void> => {
    const job = { met: false }
    const pace = createRateLimiter(9, clock, { writers: 10, isShared: () => job.met })
    await Promise.all(Array.from({ length: 40 }, () => pace(() => put(job))))
  }
  const begin = clock.now()
  await Promise.all(Array.from({ length: 10 }, mirror))
  expect(taken).toHaveLength(400)
  // All writers together start with 90 PUTs, of which ECR accepts ten a second. From then on, each uses its share.
  expect(refused.filter((at) => at > begin + 15_000)).toEqual([])
  expect(clock.now() - begin).toBeLessThan(60_000)
})

test('frees the slot of a failed PUT, and returns its error', async () => {
  const clock = virtualClock()
  const pace = createRateLimiter(1, clock)
  await expect(pace(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
  await expect(pace(async () => 'done')).resolves.toBe('done')
})

test('continues after a waiting PUT is aborted', async () => {
  const clock = virtualClock()
  const stop = new AbortController()
  const pace = createRateLimiter(1, {
    ...clock,
    sleep: (ms, signal) => (signal?.aborted ? Promise.reject(signal.reason) : clock.sleep(ms)),
  })
  stop.abort(new Error('enough'))
  await pace(async () => {})
  await expect(pace(async () => {}, stop.signal)).rejects.toThrow('enough')
  await expect(pace(async () => 'done')).resolves.toBe('done')
})
