/** Pushes the benchmark's images to the source registry. Keeps images that an earlier run has pushed. */
import { createCipheriv, createHash } from 'node:crypto'
import { once } from 'node:events'
import { createGzip } from 'node:zlib'
import { digestOf } from '../registry/model/digest.ts'
import { type Descriptor, type Manifest, MediaType } from '../registry/model/manifest.ts'
import type { Digest } from '../registry/model/reference.ts'
import type { Repository } from '../registry/model/registry.ts'
import { createRegistries } from '../registry/open.ts'
import type { ImageSpec, LayerSpec } from './images.ts'

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const CHUNK = 1024 * 1024

export async function fill(address: string, images: readonly ImageSpec[]): Promise<void> {
  const registries = createRegistries()
  try {
    for (const image of images) {
      const repository = await registries.open({ registry: address, repository: repositoryOf(image) })
      await putImage(repository, image)
    }
  } finally {
    await registries.close()
  }
}

export function repositoryOf({ name }: ImageSpec): string {
  return `bench/${name}`
}

async function putImage(repository: Repository, { tags }: ImageSpec): Promise<void> {
  const made = new Map<string, Promise<Descriptor>>()
  const layerOf = (layer: LayerSpec): Promise<Descriptor> => {
    const making = made.get(layer.key) ?? putLayer(repository, layer)
    made.set(layer.key, making)
    return making
  }
  for (const [tag, platforms] of Object.entries(tags)) {
    if ((await repository.headManifest(tag)) !== undefined) continue
    const children: Descriptor[] = []
    for (const [platform, layers] of Object.entries(platforms)) {
      const descriptors: Descriptor[] = []
      for (const layer of layers) descriptors.push(await layerOf(layer))
      children.push(await putPlatform(repository, platform, descriptors, singleTag(platforms, tag)))
    }
    if (children.length === 1) continue
    const index = manifestOf({ mediaType: MediaType.ociIndex, manifests: children })
    await repository.putManifest(index, tag)
  }
}

/** The tag of a platform's manifest. Undefined if there are several platforms: then the index has the tag. */
function singleTag(platforms: ImageSpec['tags'][string], tag: string): string | undefined {
  return Object.keys(platforms).length === 1 ? tag : undefined
}

async function putPlatform(
  repository: Repository,
  platform: string,
  layers: readonly Descriptor[],
  tag: string | undefined,
): Promise<Descriptor> {
  const [os = '', architecture = ''] = platform.split('/')
  const config = {
    os,
    architecture,
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  }
  const bytes = Buffer.from(JSON.stringify(config))
  const descriptor = { mediaType: CONFIG, digest: digestOf(bytes), size: bytes.length }
  await repository.putBlob(
    descriptor,
    sourceOf(bytes.length, () => only(bytes)),
  )
  const manifest = manifestOf({ mediaType: MediaType.ociManifest, config: descriptor, layers })
  await repository.putManifest(manifest, tag)
  return {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.length,
    platform: { os, architecture },
  }
}

/** Generates the layer twice, once for the digest and once for the upload, so that it never lies in memory. */
async function putLayer(repository: Repository, layer: LayerSpec): Promise<Descriptor> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of layerBytes(layer)) {
    hash.update(chunk)
    size += chunk.length
  }
  const descriptor = { mediaType: LAYER, digest: `sha256:${hash.digest('hex')}` as Digest, size }
  if (await repository.hasBlob(descriptor)) return descriptor
  await repository.putBlob(
    descriptor,
    sourceOf(size, () => layerBytes(layer)),
  )
  return descriptor
}

/** Random bytes in gzip format: tools that compress plain layers would change the digest. Level 0, to save time. */
async function* layerBytes({ key, bytes }: LayerSpec): AsyncGenerator<Uint8Array> {
  const random = createCipheriv('aes-128-ctr', createHash('md5').update(key).digest(), Buffer.alloc(16))
  const gzip = createGzip({ level: 0 })
  const write = async (): Promise<void> => {
    for (let left = bytes; left > 0; left -= CHUNK) {
      if (!gzip.write(random.update(Buffer.alloc(Math.min(CHUNK, left))))) await once(gzip, 'drain')
    }
    gzip.end()
  }
  void write()
  yield* gzip
}

function sourceOf(size: number, open: () => AsyncIterable<Uint8Array>) {
  return { size, open: async () => open() }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function manifestOf(document: { readonly mediaType: string } & Readonly<Record<string, unknown>>): Manifest {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...document }))
  return { mediaType: document.mediaType, digest: digestOf(bytes), bytes }
}
