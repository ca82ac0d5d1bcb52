// Shared abort listeners, and signals linked to another one.
import { expect, test } from 'vitest'
import { linkAbort, onAbort } from '../../../registry/model/aborting.ts'

test('calls each listener once, in order', () => {
  const stop = new AbortController()
  const told: string[] = []
  onAbort(stop.signal, () => told.push('first'))
  onAbort(stop.signal, () => told.push('second'))
  stop.abort()
  stop.abort()
  expect(told).toEqual(['first', 'second'])
})

test('does not call a removed listener, even if another listener removes it', () => {
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

test('adds one listener to a signal', () => {
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

test('aborts a follower with its leader’s reason, but not the leader with its follower', () => {
  const leader = new AbortController()
  using one = linkAbort(leader.signal)
  using other = linkAbort(leader.signal)
  one.abort(new Error('enough'))
  expect(one.signal.reason).toEqual(new Error('enough'))
  expect(leader.signal.aborted).toBe(false)
  leader.abort(new Error('all over'))
  expect(other.signal.reason).toEqual(new Error('all over'))
  expect(one.signal.reason).toEqual(new Error('enough'))
})

test('does not abort a disposed follower', () => {
  const leader = new AbortController()
  const own = linkAbort(leader.signal)
  own[Symbol.dispose]()
  leader.abort()
  expect(own.signal.aborted).toBe(false)
})

test('aborts a follower of an aborted leader immediately, and one without a leader on request', () => {
  using late = linkAbort(AbortSignal.abort(new Error('over')))
  expect(late.signal.reason).toEqual(new Error('over'))
  using own = linkAbort()
  expect(own.signal.aborted).toBe(false)
  own.abort()
  expect(own.signal.aborted).toBe(true)
})
