// A job ends itself before the time limit of its environment.
import { expect, test } from 'vitest'
import { DeadlineReached, startDeadline } from '../../copy/deadline.ts'
import { systemClock } from '../../registry/model/clock.ts'

test('a deadline that has passed stops at once', () => {
  using deadline = startDeadline(systemClock.now() - 1, systemClock)
  expect(deadline.signal.reason).toBeInstanceOf(DeadlineReached)
})

test('a deadline stops when its time comes', async () => {
  using deadline = startDeadline(systemClock.now() + 5, systemClock)
  expect(deadline.signal.aborted).toBe(false)
  await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve))
  expect(deadline.signal.reason).toBeInstanceOf(DeadlineReached)
})

test.each([undefined, systemClock.now() + 2 ** 40])('%s does not stop anything now', async (at) => {
  using deadline = startDeadline(at, systemClock)
  await new Promise((resolve) => setImmediate(resolve))
  expect(deadline.signal.aborted).toBe(false)
})
