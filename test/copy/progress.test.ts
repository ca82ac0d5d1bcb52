// Progress of a running job in the log.
import { expect, test } from 'vitest'
import { createProgress, describeProgress } from '../../copy/progress.ts'

function watched() {
  const state = { now: 0, moved: 0 }
  const progress = createProgress(
    () => state.moved,
    () => state.now,
  )
  const pass = (seconds: number, bytes: number): void => {
    state.now += seconds * 1000
    state.moved += bytes
  }
  return { progress, pass }
}

test('reports bytes, blobs, the current rate and the remaining time', () => {
  const { progress, pass } = watched()
  for (const size of [30e6, 70e6]) progress.found(size)
  pass(2, 40e6)
  progress.done(30e6)
  expect(describeProgress(progress.look())).toBe(
    'copied 40.0 of 100.0 MB, 1 of 2 blobs, 20.0 MB/s, about 3 s left',
  )
})

test('reports the current rate', () => {
  const { progress, pass } = watched()
  progress.found(1e9)
  pass(1, 50e6)
  progress.look()
  for (let second = 0; second < 10; second++) {
    pass(1, 1e6)
    progress.look()
  }
  pass(1, 1e6)
  expect(progress.look().bytesPerSecond).toBeLessThan(1.5e6)
})

test('never reports more than the total for repeated bytes', () => {
  const { progress, pass } = watched()
  progress.found(10e6)
  pass(1, 25e6)
  expect(progress.look().bytes).toEqual({ moved: 10e6, found: 10e6 })
})

test('reports no remaining time while nothing moves', () => {
  const { progress, pass } = watched()
  progress.found(10e6)
  pass(5, 0)
  expect(progress.look()).not.toHaveProperty('secondsLeft')
  expect(describeProgress(progress.look())).toBe('copied 0.0 of 10.0 MB, 0 of 1 blobs, 0.0 MB/s, waiting')
})
