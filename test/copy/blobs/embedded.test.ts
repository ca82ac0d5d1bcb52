// Content inside a descriptor saves a request, but only if it matches the descriptor.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { embeddedContent } from '../../../copy/blobs/embedded.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'

function descriptor(text: string, algorithm: 'sha256' | 'sha512' = 'sha256'): Descriptor {
  const digest = `${algorithm}:${createHash(algorithm).update(text).digest('hex')}` as const
  const data = Buffer.from(text).toString('base64')
  return { mediaType: 'application/vnd.oci.empty.v1+json', digest, size: text.length, data }
}

test.each(['sha256', 'sha512'] as const)('gives content that has its %s', (algorithm) => {
  expect(Buffer.from(embeddedContent(descriptor('{}', algorithm)) ?? []).toString()).toBe('{}')
})

test('there is none without data', () => {
  const { data: _, ...plain } = descriptor('{}')
  expect(embeddedContent(plain)).toBeUndefined()
})

test('does not trust content of another digest or size', () => {
  expect(embeddedContent({ ...descriptor('{}'), data: 'W10=' })).toBeUndefined()
  expect(embeddedContent({ ...descriptor('{}'), size: 3 })).toBeUndefined()
})
