/** Asks for a blob or a part of one, and lets nothing pass that is not what was asked for. */
import { drain } from './body.ts'
import { refuseEncoding } from './encoding.ts'
import { RegistryError } from './errors.ts'
import type { Descriptor } from './manifest.ts'
import type { Tries } from './retry.ts'
import type { Site } from './site.ts'
import type { WireResponse } from './transport.ts'

/** Bytes of a blob. */
export interface Part {
  readonly start: number
  /** The first byte after it. @default - the blob's end */
  readonly end?: number
}

/**
 * The answer's status is 206 if it is the part, and something else if it is the whole blob, as it is from registries
 * that do no ranges.
 * @param once - the caller decides about another try
 * @throws RegistryError
 */
export async function askBlob(
  { connection, url, pull, traffic, name }: Site,
  { digest, size }: Descriptor,
  { start, end }: Part,
  tries: Tries,
  signal: AbortSignal | undefined,
  once = false,
): Promise<WireResponse> {
  const isPart = start > 0 || end !== undefined
  const ask = {
    method: 'GET',
    url: url(`blobs/${digest}`),
    scopes: pull,
    headers: isPart ? { range: `bytes=${start}-${end === undefined ? '' : end - 1}` } : {},
    expect: ({ status }: WireResponse) => isPart && status === 416,
    traffic,
    signal,
  } as const
  const response = await (once ? connection.askOnce(ask, tries) : connection.ask(ask, tries))
  const what = `${name}@${digest}`
  try {
    refuseEncoding(response, what)
    if (response.status === 416) throw invalid(`${what} ends after ${start} of its ${size} bytes`)
    if (response.status === 206) checkRange(response, start, what)
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
export function endedEarly({ name }: Site, { digest, size }: Descriptor, received: number): RegistryError {
  return new RegistryError(`${name}@${digest} ended after ${received} of ${size} bytes`, {
    kind: 'unavailable',
    code: 'ENDED_EARLY',
  })
}

function invalid(message: string): RegistryError {
  return new RegistryError(message, { kind: 'invalidContent' })
}
