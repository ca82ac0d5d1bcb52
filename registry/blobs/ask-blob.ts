/** Requests a blob or the rest of one, and validates the response. */

import type { Site } from '../connection/site.ts'
import { drain } from '../http/body.ts'
import { refuseEncoding } from '../http/encoding.ts'
import type { WireResponse } from '../http/transport.ts'
import { invalidContent, RegistryError } from '../model/errors.ts'
import type { Descriptor } from '../model/manifest.ts'
import type { Tries } from '../retry/retry.ts'

/**
 * The response's status is 206 if it begins at `start`. Any other status means the whole blob, from registries without
 * range support.
 * @param start - the first byte to read
 * @throws RegistryError
 */
export async function askBlob(
  { connection, url, pull, traffic, name }: Site,
  { digest, size }: Descriptor,
  start: number,
  tries: Tries,
  signal: AbortSignal | undefined,
): Promise<WireResponse> {
  const isPart = start > 0
  const ask = {
    method: 'GET',
    url: url(`blobs/${digest}`),
    scopes: pull,
    headers: isPart ? { range: `bytes=${start}-` } : {},
    expect: ({ status }: WireResponse) => isPart && status === 416,
    traffic,
    signal,
  } as const
  const response = await connection.ask(ask, tries)
  const what = `${name}@${digest}`
  try {
    refuseEncoding(response, what)
    if (response.status === 416) throw invalidContent(`${what} ends after ${start} of its ${size} bytes`)
    if (response.status === 206) checkRange(response, start, what)
    else checkLength(response, size, what)
    return response
  } catch (error) {
    await drain(response.body)
    throw error
  }
}

/** A range with another start would put the bytes in the wrong place. */
function checkRange({ headers }: WireResponse, offset: number, what: string): void {
  const [, start] = /^bytes (\d+)-/.exec(headers['content-range'] ?? '') ?? []
  if (Number(start) === offset) return
  throw invalidContent(
    `${what} was requested from byte ${offset}, but the response has the Content-Range "${headers['content-range'] ?? ''}"`,
  )
}

/** Rejects a longer body. A shorter one may only be truncated, and is resumed. */
function checkLength({ headers }: WireResponse, size: number, what: string): void {
  const length = Number(headers['content-length'] ?? size)
  if (length > size) throw invalidContent(`${what} has ${length} bytes instead of ${size}`)
}

/** The error for a body that ends cleanly, but too early. */
export function endedEarly({ name }: Site, { digest, size }: Descriptor, received: number): RegistryError {
  return new RegistryError(`${name}@${digest} ended after ${received} of ${size} bytes`, {
    kind: 'unavailable',
    code: 'ENDED_EARLY',
  })
}
