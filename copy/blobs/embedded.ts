/**
 * Content embedded in a descriptor's `data` field. It replaces a request only if its size and digest match the
 * descriptor: https://github.com/opencontainers/image-spec/blob/main/descriptor.md
 */
import { algorithmOf, digestOf } from '../../registry/model/digest.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'

/** Returns the bytes of `data`, or undefined if the field is missing or does not match the descriptor. */
export function embeddedContent(descriptor: Descriptor): Uint8Array | undefined {
  const { data, digest, size } = descriptor
  if (data === undefined) return undefined
  const bytes = Buffer.from(data, 'base64')
  if (bytes.length !== size) return undefined
  return digestOf(bytes, algorithmOf(digest)) === digest ? bytes : undefined
}
