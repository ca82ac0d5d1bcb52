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

test.each(['sha256', 'sha512'] as const)('returns content that matches its %s', (algorithm) => {
  expect(Buffer.from(embeddedContent(descriptor('{}', algorithm)) ?? []).toString()).toBe('{}')
})

test('returns undefined without data', () => {
  const { data: _, ...plain } = descriptor('{}')
  expect(embeddedContent(plain)).toBeUndefined()
})

test('ignores content with another digest or size', () => {
  expect(embeddedContent({ ...descriptor('{}'), data: 'W10=' })).toBeUndefined()
  expect(embeddedContent({ ...descriptor('{}'), size: 3 })).toBeUndefined()
})
