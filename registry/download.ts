/**
 * Reads a blob: checked as it comes, and taken up again where it broke. It goes on at the registry's own URL, since a
 * presigned one of before may have expired.
 */
import { drain } from './body.ts'
import { refuseEncoding } from './encoding.ts'
import { RegistryError } from './errors.ts'
import type { Descriptor } from './manifest.ts'
import type { BlobSource } from './registry.ts'
import type { Tries } from './retry.ts'
import type { Site } from './site.ts'
import type { WireResponse } from './transport.ts'
import { verifier } from './verify.ts'

/** So many bytes since the last break are worth a fresh budget of tries. */
const PROGRESS_BYTES = 4 * 1024 * 1024

export function blobSource(site: Site, descriptor: Descriptor): BlobSource {
  return {
    size: descriptor.size,
    async open(signal) {
      const tries = site.connection.startTries()
      const first = await askFrom(site, descriptor, 0, tries, signal)
      return verified(site, descriptor, first, tries, signal)
    },
  }
}

async function* verified(
  site: Site,
  descriptor: Descriptor,
  first: WireResponse,
  tries: Tries,
  signal: AbortSignal | undefined,
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
    response = await askFrom(site, descriptor, check.received(), tries, signal)
    // A registry that does not do ranges starts over: what we have already is read again and thrown away.
    skip = response.status === 206 ? 0 : check.received()
  }
  if (descriptor.size === 0) check.finish()
}

async function askFrom(
  { connection, url, pull, traffic, name }: Site,
  { digest, size }: Descriptor,
  offset: number,
  tries: Tries,
  signal: AbortSignal | undefined,
): Promise<WireResponse> {
  const response = await connection.ask(
    {
      method: 'GET',
      url: url(`blobs/${digest}`),
      scopes: pull,
      headers: offset === 0 ? {} : { range: `bytes=${offset}-` },
      expect: ({ status }) => offset > 0 && status === 416,
      traffic,
      signal,
    },
    tries,
  )
  const what = `${name}@${digest}`
  try {
    refuseEncoding(response, what)
    if (response.status === 416) throw invalid(`${what} ends after ${offset} of its ${size} bytes`)
    if (response.status === 206) checkRange(response, offset, what)
    else checkLength(response, size, what)
    return response
  } catch (error) {
    await drain(response.body)
    throw error
  }
}

/** What is not from where we asked would be sewn into the wrong place. */
function checkRange({ headers }: WireResponse, offset: number, what: string): void {
  const [, start] = /^bytes (\d+)-/.exec(headers['content-range'] ?? '') ?? []
  if (Number(start) === offset) return
  throw invalid(
    `${what} was asked for from byte ${offset}, and came from "${headers['content-range'] ?? 'nowhere'}"`,
  )
}

/** More than promised is refused unread; less may only be a broken answer, and what is missing is asked for. */
function checkLength({ headers }: WireResponse, size: number, what: string): void {
  const length = Number(headers['content-length'] ?? size)
  if (length > size) throw invalid(`${what} has ${length} bytes, and should have ${size}`)
}

/** A body that ends cleanly but short: as good as a broken one. */
function endedEarly({ name }: Site, { digest, size }: Descriptor, received: number): RegistryError {
  return new RegistryError(`${name}@${digest} ended after ${received} of ${size} bytes`, {
    kind: 'unavailable',
    code: 'ENDED_EARLY',
  })
}

function invalid(message: string): RegistryError {
  return new RegistryError(message, { kind: 'invalidContent' })
}
