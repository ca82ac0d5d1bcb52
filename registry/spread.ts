/** The bytes of an answer; from where its connection turns out to be too narrow on, they come over others (readings.ts). */
import { follow } from './aborting.ts'
import { askBlob, endedEarly } from './ask-blob.ts'
import { drain } from './body.ts'
import { monotonicMs } from './clock.ts'
import { RegistryError } from './errors.ts'
import type { Descriptor } from './manifest.ts'
import { type Pieces, readPieces } from './pieces.ts'
import type { Reading, Spread } from './readings.ts'
import type { Tries } from './retry.ts'
import type { Site } from './site.ts'

export interface Blob {
  readonly site: Site
  readonly descriptor: Descriptor
  readonly tries: Tries
  readonly signal: AbortSignal | undefined
}

interface Rest extends Pieces {
  readonly start: number
  stop(): void
}

/** @param start - where in the blob the body begins */
export async function* spread(
  blob: Blob,
  body: AsyncIterable<Uint8Array>,
  start: number,
  reading: Reading,
): AsyncGenerator<Uint8Array> {
  let at = start
  let rest: Rest | undefined
  let asked = monotonicMs()
  try {
    for await (const chunk of body) {
      const wanted = reading.moved(chunk.length, monotonicMs() - asked)
      at += chunk.length
      if (wanted !== undefined) rest = readRest(blob, at, wanted)
      yield chunk
      // Leaves the body, and with it the connection: it would go on to the end.
      if (rest?.isReady() && at >= rest.start) break
      asked = monotonicMs()
    }
    if (!rest?.isReady() || at < rest.start || at >= blob.descriptor.size) return
    yield* without(rest.chunks, at - rest.start)
  } finally {
    rest?.stop()
  }
}

function readRest(blob: Blob, at: number, { connections, bytesMeanwhile }: Spread): Rest {
  const { size } = blob.descriptor
  const over = follow(blob.signal)
  const { signal } = over
  const start = Math.min(at + bytesMeanwhile, size)
  const read = (from: number, to: number): Promise<Uint8Array[]> => readPart({ ...blob, signal }, from, to)
  const pieces = readPieces({ start, end: size, atOnce: connections, read })
  const stop = (): void => {
    over[Symbol.dispose]()
    over.abort(new Error('the rest is read otherwise'))
  }
  return { start, ...pieces, stop }
}

async function readPart(
  { site, descriptor, tries, signal }: Blob,
  start: number,
  end: number,
): Promise<Uint8Array[]> {
  const { status, body } = await askBlob(site, descriptor, { start, end }, tries, signal, true)
  if (status !== 206) {
    await drain(body)
    throw new RegistryError(`${site.name} sends no parts of blobs`, { kind: 'unavailable' })
  }
  const chunks: Uint8Array[] = []
  let received = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    received += chunk.length
  }
  if (received !== end - start) throw endedEarly(site, descriptor, start + received)
  return chunks
}

/** Without the first `skip` bytes, which came over the connection of before. */
async function* without(chunks: AsyncIterable<Uint8Array>, skip: number): AsyncGenerator<Uint8Array> {
  let left = skip
  for await (const chunk of chunks) {
    const fresh = left === 0 ? chunk : chunk.subarray(Math.min(left, chunk.length))
    left -= chunk.length - fresh.length
    if (fresh.length > 0) yield fresh
  }
}
