/**
 * Verifies the size and digest of a byte stream. The size is checked with each chunk, so that a stream that is too long
 * fails at once.
 */
import { hasherFor } from './digest.ts'
import { invalidContent, type RegistryError } from './errors.ts'
import type { Descriptor } from './manifest.ts'

export interface Verifier {
  /** @throws RegistryError if the size is exceeded */
  add(chunk: Uint8Array): void
  received(): number
  /** @throws RegistryError if bytes are missing or the digest differs */
  finish(): void
}

/** @param from the source of the bytes, for messages */
export function verifier({ digest, size }: Pick<Descriptor, 'digest' | 'size'>, from: string): Verifier {
  const hash = hasherFor(digest)
  let received = 0
  return {
    received: () => received,
    add(chunk) {
      received += chunk.length
      if (received > size) throw invalid(`${from} sent more than the ${size} bytes of ${digest}`)
      hash.update(chunk)
    },
    finish() {
      if (received < size) throw invalid(`${from} sent only ${received} of the ${size} bytes of ${digest}`)
      const actual = hash.digest('hex')
      if (digest.endsWith(`:${actual}`)) return
      throw invalid(`${from} sent wrong bytes for ${digest}: their digest is ${actual}`)
    },
  }
}

function invalid(message: string): RegistryError {
  return invalidContent(message, 'DIGEST_MISMATCH')
}
