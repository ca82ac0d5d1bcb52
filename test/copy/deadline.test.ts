// A job ends itself before the time limit of its environment.
import { expect, test } from 'vitest'
import { DeadlineReached, startDeadline } from '../../copy/deadline.ts'
import { systemClock } from '../../registry/model/clock.ts'

test('aborts immediately if the deadline has passed', () => {
  using deadline = startDeadline(systemClock.now() - 1, systemClock)
  expect(deadline.signal.reason).toBeInstanceOf(DeadlineReached)
})

test('aborts at the deadline', async () => {
  using deadline = startDeadline(systemClock.now() + 5, systemClock)
  expect(deadline.signal.aborted).toBe(false)
  await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve))
  expect(deadline.signal.reason).toBeInstanceOf(DeadlineReached)
})

test.each([undefined, systemClock.now() + 2 ** 40])('does not abort now for the deadline %s', async (at) => {
  using deadline = startDeadline(at, systemClock)
  await new Promise((resolve) => setImmediate(resolve))
  expect(deadline.signal.aborted).toBe(false)
})
