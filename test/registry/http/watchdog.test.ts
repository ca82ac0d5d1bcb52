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

test('detects a silent peer after the stall time', () => {
  const dog = watched()
  dog.waiting()
  vi.advanceTimersByTime(29_999)
  expect(dog.stalled()).toBe(false)
  vi.advanceTimersByTime(2)
  expect(dog.stalled()).toBe(true)
})

test('detects a peer below the minimum rate soon after', () => {
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

test('accepts a peer at the minimum rate', () => {
  const dog = watched()
  for (let seconds = 0; seconds < 300; seconds++) {
    dog.waiting()
    vi.advanceTimersByTime(1000)
    dog.moved(1000)
  }
  expect(dog.stalled()).toBe(false)
})

test('counts only time spent waiting', () => {
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

test('gives each wait its full time after a pause', () => {
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

test('keeps one timer for a peer that keeps moving', () => {
  const dog = watched()
  for (let chunks = 0; chunks < 100; chunks++) {
    dog.waiting()
    dog.moved(1000)
    expect(vi.getTimerCount()).toBe(1)
  }
  dog.rest()
  expect(vi.getTimerCount()).toBe(0)
})

test('ignores a second call of waiting', () => {
  const dog = watched()
  dog.waiting()
  vi.advanceTimersByTime(20_000)
  dog.waiting()
  vi.advanceTimersByTime(10_001)
  expect(dog.stalled()).toBe(true)
})
