import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchdog } from '../../../registry/http/watchdog.ts'

const LIMITS = { stallMs: 30_000, leastRate: 1000 }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function watched() {
  let stalled = false
  const dog = watchdog(LIMITS, () => {
    stalled = true
  })
  return { ...dog, stalled: () => stalled }
}

test('a silent peer is noticed after the stall time, and not before', () => {
  const dog = watched()
  dog.waiting()
  vi.advanceTimersByTime(29_999)
  expect(dog.stalled()).toBe(false)
  vi.advanceTimersByTime(2)
  expect(dog.stalled()).toBe(true)
})

test('a peer that drips below the least rate is noticed soon after', () => {
  const dog = watched()
  let seconds = 0
  for (; !dog.stalled() && seconds < 100; seconds++) {
    dog.waiting()
    vi.advanceTimersByTime(1000)
    if (!dog.stalled()) dog.moved(10)
  }
  expect(seconds).toBeGreaterThanOrEqual(30)
  expect(seconds).toBeLessThanOrEqual(32)
})

test('a peer at the least rate is not', () => {
  const dog = watched()
  for (let seconds = 0; seconds < 300; seconds++) {
    dog.waiting()
    vi.advanceTimersByTime(1000)
    dog.moved(1000)
  }
  expect(dog.stalled()).toBe(false)
})

test('time in which we do not wait does not count', () => {
  const dog = watched()
  dog.waiting()
  vi.advanceTimersByTime(10_000)
  dog.rest()
  vi.advanceTimersByTime(100_000)
  expect(dog.stalled()).toBe(false)
  dog.waiting()
  vi.advanceTimersByTime(20_001)
  expect(dog.stalled()).toBe(true)
})

test('a wait has all its time, however long ago the one before it was', () => {
  const dog = watched()
  dog.waiting()
  dog.moved(1000)
  vi.advanceTimersByTime(29_000)
  dog.waiting()
  vi.advanceTimersByTime(29_999)
  expect(dog.stalled()).toBe(false)
  vi.advanceTimersByTime(2)
  expect(dog.stalled()).toBe(true)
})

test('what moves all the time keeps one timer, until nobody waits for it any more', () => {
  const dog = watched()
  for (let chunks = 0; chunks < 100; chunks++) {
    dog.waiting()
    dog.moved(1000)
    expect(vi.getTimerCount()).toBe(1)
  }
  dog.rest()
  expect(vi.getTimerCount()).toBe(0)
})

test('waiting twice is waiting once', () => {
  const dog = watched()
  dog.waiting()
  vi.advanceTimersByTime(20_000)
  dog.waiting()
  vi.advanceTimersByTime(10_001)
  expect(dog.stalled()).toBe(true)
})
