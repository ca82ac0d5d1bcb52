/** Computes digests and converts them to file names. */
import { createHash } from 'node:crypto'
import type { Digest } from '../../../registry/model/reference.ts'

export type Algorithm = 'sha256' | 'sha512'

export function digestOf(bytes: Uint8Array | string, algorithm: Algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

export function algorithmOf(digest: Digest): Algorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256'
}

/** Returns `sha256-<hex>`, because some file systems do not allow colons. */
export function fileNameOf(digest: Digest): string {
  return digest.replace(':', '-')
}
