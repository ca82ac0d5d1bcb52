/** Layers of the sample images: real gzipped tar archives, with the same bytes on every call. */
import { createCipheriv, createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

export interface Layer {
  /** The gzipped archive, as stored and pulled. */
  readonly bytes: Uint8Array
  /** Digest of the archive before gzip: https://github.com/opencontainers/image-spec/blob/main/config.md#layer-diffid */
  readonly diffId: string
}

/** Path -> content. */
export type Files = Readonly<Record<string, string | Uint8Array>>

/** A fixed time: 2024-01-01. */
export const CREATED = new Date(Date.UTC(2024, 0, 1))

export async function layer(files: Files): Promise<Layer> {
  const archive = pack()
  for (const [name, content] of Object.entries(files)) {
    archive.entry({ name, mtime: CREATED, mode: 0o755 }, Buffer.from(content))
  }
  archive.finalize()
  const tar = await buffer(archive)
  return { bytes: gzipSync(tar), diffId: `sha256:${createHash('sha256').update(tar).digest('hex')}` }
}

/** Pseudorandom bytes that gzip cannot compress, the same for the same seed. */
export function incompressible(seed: string, length: number): Uint8Array {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length))
}
