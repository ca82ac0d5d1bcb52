import { expect, test } from 'vitest'
import { systemClock } from '../../registry/clock.ts'

test('an aborted sleep ends with the reason of the signal', async () => {
  const controller = new AbortController()
  const sleeping = systemClock.sleep(60_000, controller.signal)
  controller.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
  await expect(systemClock.sleep(60_000, controller.signal)).rejects.toThrow('enough')
})

test('a sleep takes its time', async () => {
  const started = systemClock.now()
  await systemClock.sleep(20)
  expect(systemClock.now() - started).toBeGreaterThanOrEqual(18)
})
