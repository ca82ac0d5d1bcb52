import { expect, test } from 'vitest'
import { monotonicMs, systemClock } from '../../../registry/model/clock.ts'

test('rejects an aborted sleep with the signal’s reason', async () => {
  const controller = new AbortController()
  const sleeping = systemClock.sleep(60_000, controller.signal)
  controller.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
  await expect(systemClock.sleep(60_000, controller.signal)).rejects.toThrow('enough')
})

test('sleeps for the given time', async () => {
  const started = systemClock.now()
  await systemClock.sleep(20)
  expect(systemClock.now() - started).toBeGreaterThanOrEqual(18)
})

test('measures monotonic time in milliseconds', async () => {
  const outer = performance.now()
  const started = monotonicMs()
  const inner = performance.now()
  await systemClock.sleep(20)
  const least = performance.now() - inner
  const passed = monotonicMs() - started
  expect(passed).toBeGreaterThanOrEqual(least)
  expect(passed).toBeLessThanOrEqual(performance.now() - outer)
})
