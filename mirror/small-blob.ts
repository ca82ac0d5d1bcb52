/** Reads small blobs, such as configs and signatures, into memory. */
import type { BlobSource } from '../registry/model/registry.ts'

/** Returns undefined for a blob of more than `maxBytes`, without opening it. */
export async function readSmallBlob(
  blob: BlobSource,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  if (blob.size > maxBytes) return undefined
  const chunks: Uint8Array[] = []
  for await (const chunk of await blob.open(signal)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
