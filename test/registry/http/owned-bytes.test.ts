// When the memory of chunks is freed.
import { expect, test } from 'vitest'
import { giveBack, own, share } from '../../../registry/http/owned-bytes.ts'

const SIZE = 100_000

test('frees an owned chunk when it is given back', () => {
  const chunk = own(new Uint8Array(SIZE))
  giveBack(chunk)
  expect(chunk).toHaveLength(0)
})

test('keeps a shared chunk until its last holder gives it back', () => {
  const chunk = own(new Uint8Array(SIZE))
  share(chunk, 3)
  giveBack(chunk)
  giveBack(chunk)
  expect(chunk).toHaveLength(SIZE)
  giveBack(chunk)
  expect(chunk).toHaveLength(0)
})

test('never frees a chunk that is not owned', () => {
  const chunk = new Uint8Array(SIZE)
  share(chunk, 1)
  giveBack(chunk)
  expect(chunk).toHaveLength(SIZE)
})

test.each([
  ['a view of a part', () => new Uint8Array(SIZE).subarray(1)],
  ['a small buffer out of a pool', () => Buffer.from('a few words')],
])('does not own %s, whose buffer may be shared', (_, make) => {
  const chunk = make()
  const { length } = chunk
  giveBack(own(chunk))
  expect(chunk).toHaveLength(length)
})
