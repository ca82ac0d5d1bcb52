/**
 * Reads a blob: checked as it comes, and taken up again where it broke. It goes on at the registry's own URL, since a
 * presigned one of before may have expired.
 */

import type { Site } from '../connection/site.ts'
import type { WireResponse } from '../http/transport.ts'
import type { Descriptor } from '../model/manifest.ts'
import type { BlobSource } from '../model/registry.ts'
import { verifier } from '../model/verify.ts'
import type { Tries } from '../retry/retry.ts'
import { askBlob, endedEarly } from './ask-blob.ts'

/** So many bytes since the last break are worth a fresh budget of tries. */
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
        // Before the last bytes are handed on, so that nothing downstream can take wrong ones for complete.
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
    // A registry that does not do ranges starts over: what we have already is read again and thrown away.
    skip = response.status === 206 ? 0 : check.received()
  }
  if (descriptor.size === 0) check.finish()
}
