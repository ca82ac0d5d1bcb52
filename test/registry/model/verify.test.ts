import { expect, test } from 'vitest'
import { verifier } from '../../../registry/model/verify.ts'
import { blobOf } from '../../support/content.ts'

const text = 'a layer'

test.each(['sha256', 'sha512'])('accepts the right bytes, by %s', (algorithm) => {
  const { descriptor } = blobOf(text, undefined, algorithm)
  const check = verifier(descriptor, 'quay.io/a')
  for (const letter of text) check.add(Buffer.from(letter))
  expect(check.received()).toBe(text.length)
  expect(() => check.finish()).not.toThrow()
})

test('refuses an extra byte as it arrives', () => {
  const check = verifier(blobOf(text).descriptor, 'quay.io/a')
  check.add(Buffer.from(text))
  expect(() => check.add(Buffer.from('!'))).toThrow(/quay\.io\/a sent more than the 7 bytes of sha256:/)
})

test('refuses a missing byte at the end', () => {
  const check = verifier(blobOf(text).descriptor, 'quay.io/a')
  check.add(Buffer.from(text.slice(1)))
  expect(() => check.finish()).toThrow(/sent only 6 of the 7 bytes/)
})

test('refuses wrong bytes and reports their digest', () => {
  const other = blobOf('b layer')
  const check = verifier(blobOf(text).descriptor, 'quay.io/a')
  check.add(other.bytes)
  expect(() => check.finish()).toThrow(other.descriptor.digest.slice('sha256:'.length))
})
