// Small, unique blobs and manifests with valid digests.
import { createHash, randomBytes } from 'node:crypto'
import { type Descriptor, type Manifest, MediaType } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { BlobSource } from '../../registry/model/registry.ts'

export interface Blob {
  readonly bytes: Buffer
  readonly descriptor: Descriptor
}

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const CHUNK = 64 * 1024

export function digestOfBytes(bytes: Uint8Array, algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

export function blobOf(content: Uint8Array | string, mediaType = LAYER, algorithm = 'sha256'): Blob {
  const bytes = Buffer.from(content)
  return { bytes, descriptor: { mediaType, digest: digestOfBytes(bytes, algorithm), size: bytes.length } }
}

export function randomBlob(size: number): Blob {
  return blobOf(randomBytes(size))
}

export function manifestOf(document: unknown, mediaType: string = MediaType.ociManifest): Manifest {
  const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document))
  return { mediaType, bytes, digest: digestOfBytes(bytes) }
}

export interface Image {
  readonly blobs: readonly Blob[]
  readonly manifest: Manifest
}

export function imageOf(layers: readonly Blob[], fields: Readonly<Record<string, unknown>> = {}): Image {
  const config = blobOf(
    JSON.stringify({ created: layers.map(({ descriptor }) => descriptor.digest) }),
    CONFIG,
  )
  const document = {
    schemaVersion: 2,
    mediaType: MediaType.ociManifest,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    ...fields,
  }
  return { blobs: [config, ...layers], manifest: manifestOf(document) }
}

/** A source that yields the bytes in chunks, and counts how often it is opened. */
export function sourceOf({ bytes }: Pick<Blob, 'bytes'>): BlobSource & { opened(): number } {
  let opened = 0
  return {
    size: bytes.length,
    opened: () => opened,
    async open() {
      opened++
      return (async function* () {
        for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK)
      })()
    },
  }
}

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}
