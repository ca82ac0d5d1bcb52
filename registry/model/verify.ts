/**
 * The check that nobody can forget: bytes pass through, and the stream fails before it ends when their number or their
 * digest is not what was promised. Size first: it costs nothing, and more bytes than promised are stopped at once.
 */
import { hasherFor } from './digest.ts'
import { RegistryError } from './errors.ts'
import type { Descriptor } from './manifest.ts'

export interface Verifier {
  /** @throws RegistryError as soon as there are too many */
  add(chunk: Uint8Array): void
  received(): number
  /** @throws RegistryError when what was added is not the content */
  finish(): void
}

/** @param from where the bytes come from, for the message */
export function verifier({ digest, size }: Pick<Descriptor, 'digest' | 'size'>, from: string): Verifier {
  const hash = hasherFor(digest)
  let received = 0
  return {
    received: () => received,
    add(chunk) {
      received += chunk.length
      if (received > size) throw invalid(`${from} sends more than the ${size} bytes that ${digest} has`)
      hash.update(chunk)
    },
    finish() {
      if (received < size) throw invalid(`${from} sent ${received} of the ${size} bytes that ${digest} has`)
      const actual = hash.digest('hex')
      if (digest.endsWith(`:${actual}`)) return
      throw invalid(`${from} sent other bytes than ${digest}: theirs have the digest ${actual}`)
    },
  }
}

function invalid(message: string): RegistryError {
  return new RegistryError(message, { kind: 'invalidContent', code: 'DIGEST_MISMATCH' })
}
