/**
 * Downloads a blob, verifies it, and resumes broken downloads at the registry's own URL, since a presigned URL may have
 * expired.
 */

import type { Site } from '../connection/site.ts'
import type { WireResponse } from '../http/transport.ts'
import type { Descriptor } from '../model/manifest.ts'
import type { BlobSource } from '../model/registry.ts'
import { verifier } from '../model/verify.ts'
import type { Tries } from '../retry/retry.ts'
import { askBlob, endedEarly } from './ask-blob.ts'

/** This many bytes since the last failure reset the retry budget. */
const PROGRESS_BYTES = 4 * 1024 * 1024

interface Blob {
  readonly site: Site
  readonly descriptor: Descriptor
  readonly tries: Tries
  readonly signal: AbortSignal | undefined
}

export function blobSource(site: Site, descriptor: Descriptor): BlobSource {
  return {
    size: descriptor.size,
    async open(signal) {
      const tries = site.connection.startTries()
      const first = await askBlob(site, descriptor, 0, tries, signal)
      return verified({ site, descriptor, tries, signal }, first)
    },
  }
}

async function* verified(
  { site, descriptor, tries, signal }: Blob,
  first: WireResponse,
): AsyncGenerator<Uint8Array> {
  const check = verifier(descriptor, site.name)
  let response = first
  let skip = 0
  for (;;) {
    const start = check.received()
    try {
      for await (const chunk of response.body) {
        const fresh = skip === 0 ? chunk : chunk.subarray(Math.min(skip, chunk.length))
        skip -= chunk.length - fresh.length
        if (fresh.length === 0) continue
        check.add(fresh)
        // Verified before the last bytes are passed on, so that no consumer can complete a wrong blob.
        if (check.received() === descriptor.size) check.finish()
        yield fresh
      }
      if (check.received() >= descriptor.size) break
      throw endedEarly(site, descriptor, check.received())
    } catch (error) {
      if (check.received() - start >= PROGRESS_BYTES) tries.progress()
      await tries.after(error, signal)
    }
    response = await askBlob(site, descriptor, check.received(), tries, signal)
    // A registry without range support sends the blob from the start again.
    skip = response.status === 206 ? 0 : check.received()
  }
  if (descriptor.size === 0) check.finish()
}
