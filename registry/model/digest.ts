/** Digests of bytes. */
import type { Hash } from 'node:crypto'
import { crypto } from './node-modules.ts'
import type { Digest } from './reference.ts'

/** The hash that a digest was made with, to be fed. */
export function hasherFor(digest: Digest): Hash {
  return crypto().createHash(algorithmOf(digest))
}

export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): Digest {
  return `${algorithm}:${crypto().createHash(algorithm).update(bytes).digest('hex')}`
}

export function algorithmOf(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':'))
}
