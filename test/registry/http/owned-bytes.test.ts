// When the memory of bytes is given back, and when not.
import { expect, test } from 'vitest'
import { giveBack, own, share } from '../../../registry/http/owned-bytes.ts'

const SIZE = 100_000

test('an owned chunk is empty once it was given back', () => {
  const chunk = own(new Uint8Array(SIZE))
  giveBack(chunk)
  expect(chunk).toHaveLength(0)
})

test('a chunk that several have is kept until the last of them gives it back', () => {
  const chunk = own(new Uint8Array(SIZE))
  share(chunk, 3)
  giveBack(chunk)
  giveBack(chunk)
  expect(chunk).toHaveLength(SIZE)
  giveBack(chunk)
  expect(chunk).toHaveLength(0)
})

test('what was never owned is never taken away, whoever shares it', () => {
  const chunk = new Uint8Array(SIZE)
  share(chunk, 1)
  giveBack(chunk)
  expect(chunk).toHaveLength(SIZE)
})

test.each([
  ['a view of a part', () => new Uint8Array(SIZE).subarray(1)],
  ['a small buffer out of a pool', () => Buffer.from('a few words')],
])('%s cannot be owned: somebody else may see the rest', (_, make) => {
  const chunk = make()
  const { length } = chunk
  giveBack(own(chunk))
  expect(chunk).toHaveLength(length)
})
