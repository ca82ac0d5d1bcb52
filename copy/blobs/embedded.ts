/**
 * Content that a descriptor carries within itself. It may stand in for a request, but only when it has the size and
 * the digest that are promised: https://github.com/opencontainers/image-spec/blob/main/descriptor.md
 */
import { algorithmOf, digestOf } from '../../registry/model/digest.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'

/** The bytes of the descriptor's `data`; undefined when it has none, or none that can be trusted. */
export function embeddedContent(descriptor: Descriptor): Uint8Array | undefined {
  const { data, digest, size } = descriptor
  if (data === undefined) return undefined
  const bytes = Buffer.from(data, 'base64')
  if (bytes.length !== size) return undefined
  return digestOf(bytes, algorithmOf(digest)) === digest ? bytes : undefined
}
