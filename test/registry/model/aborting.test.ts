// Signals that many share, and signals that follow another one.
import { expect, test } from 'vitest'
import { follow, onAbort } from '../../../registry/model/aborting.ts'

test('whoever waits for the end of a signal is told once, in the order of their coming', () => {
  const stop = new AbortController()
  const told: string[] = []
  onAbort(stop.signal, () => told.push('first'))
  onAbort(stop.signal, () => told.push('second'))
  stop.abort()
  stop.abort()
  expect(told).toEqual(['first', 'second'])
})

test('whoever has left is not told, also when leaving because another one was told', () => {
  const stop = new AbortController()
  const told: string[] = []
  const act = (): void => void told.push('same')
  const leave = onAbort(stop.signal, act)
  onAbort(stop.signal, act)
  leave()
  onAbort(stop.signal, () => leaveLast())
  const leaveLast = onAbort(stop.signal, () => told.push('last'))
  stop.abort()
  expect(told).toEqual(['same'])
})

test('a signal has one listener, however many wait', () => {
  const stop = new AbortController()
  let listeners = 0
  const add = stop.signal.addEventListener.bind(stop.signal)
  stop.signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++
    add(...args)
  }
  for (let count = 0; count < 100; count++) onAbort(stop.signal, () => {})()
  onAbort(stop.signal, () => {})
  expect(listeners).toBe(1)
})

test('a follower is aborted with its leader, for the same reason, and not the other way round', () => {
  const leader = new AbortController()
  using one = follow(leader.signal)
  using other = follow(leader.signal)
  one.abort(new Error('enough'))
  expect(one.signal.reason).toEqual(new Error('enough'))
  expect(leader.signal.aborted).toBe(false)
  leader.abort(new Error('all over'))
  expect(other.signal.reason).toEqual(new Error('all over'))
  expect(one.signal.reason).toEqual(new Error('enough'))
})

test('a follower that was let go of stays as it is', () => {
  const leader = new AbortController()
  const own = follow(leader.signal)
  own[Symbol.dispose]()
  leader.abort()
  expect(own.signal.aborted).toBe(false)
})

test('whoever follows what is over is over as well; whoever follows nothing is aborted by hand', () => {
  using late = follow(AbortSignal.abort(new Error('over')))
  expect(late.signal.reason).toEqual(new Error('over'))
  using own = follow()
  expect(own.signal.aborted).toBe(false)
  own.abort()
  expect(own.signal.aborted).toBe(true)
})
