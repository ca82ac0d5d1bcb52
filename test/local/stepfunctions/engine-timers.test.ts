import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { CLOCKS } from '../../../local/clock.ts'
import { inRealTime, inTime } from '../../../local/stepfunctions/engine-timers.ts'
import { startTime } from '../../../local/stepfunctions/time.ts'

const HOUR = 3_600_000

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

test('uses the virtual time in all code that runs in it', async () => {
  const time = startTime(CLOCKS.instant)
  const started = time.now()
  await inTime(time, async () => {
    await Promise.all([wait(HOUR), Promise.resolve().then(() => wait(2 * HOUR))])
    await wait(HOUR)
  })
  expect(time.now() - started).toBe(3 * HOUR)
})

test('uses real time in services and everywhere else', async () => {
  const time = startTime(CLOCKS.instant)
  await inTime(time, async () => wait(HOUR))
  const real = performance.now()
  await Promise.all([wait(15), inTime(time, () => inRealTime(() => wait(15)))])
  expect(performance.now() - real).toBeGreaterThanOrEqual(14)
})

test('cancels timers from either side, and passes arguments', async () => {
  const time = startTime(CLOCKS.instant)
  const rung: string[] = []
  const timer = inTime(time, () => setTimeout((name: string) => rung.push(name), HOUR, 'cancelled'))
  clearTimeout(timer)
  await inTime(
    time,
    () =>
      new Promise<void>((resolve) => {
        const ring = (name: string) => {
          rung.push(name)
          resolve()
        }
        setTimeout(ring, 2 * HOUR, 'an hour later')
      }),
  )
  expect(rung).toEqual(['an hour later'])
})

test('the global function is still what others know', async () => {
  inTime(startTime(CLOCKS.instant), () => {})
  expect(await promisify(setTimeout)(1, 'value')).toBe('value')
})
