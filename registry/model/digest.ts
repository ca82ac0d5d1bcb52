/** Computes digests. */
import { createHash, type Hash } from 'node:crypto'
import type { Digest } from './reference.ts'

/** An empty hash of the digest's algorithm. */
export function hasherFor(digest: Digest): Hash {
  return createHash(algorithmOf(digest))
}

export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

export function algorithmOf(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':'))
}
