// Images for the copier's tests, and an independent check of a registry's store.
import { createHash } from 'node:crypto'
import type { Store } from '../../local/aws/registry/store/store.ts'
import type { Builder, Format, Platform } from '../../local/upstream/builder.ts'
import type { Artifact } from '../../mirror/documents.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { layerOf } from './registries.ts'

export const AMD64: Platform = { os: 'linux', architecture: 'amd64' }
export const ARM64: Platform = { os: 'linux', architecture: 'arm64' }

/** A tag with two platforms that share a layer: two configs, one shared layer, and two further layers. */
export async function multiArch(
  build: Builder,
  tag: string,
  options: { readonly name?: string; readonly format?: Format; readonly size?: number } = {},
): Promise<Descriptor> {
  const { name = tag, format = 'oci', size = 1_000 } = options
  const children = await Promise.all(
    [AMD64, ARM64].map((platform) =>
      build.image(
        platform,
        [layerOf('base', size), layerOf(`${name} ${platform.architecture}`, size)],
        format,
      ),
    ),
  )
  const index = await build.index(children, format)
  await build.tag(tag, index)
  return index
}

export function artifactOf(
  { digest, mediaType, size }: Descriptor,
  subject: Descriptor,
  tag?: string,
): Artifact {
  return { digest, mediaType, size, subject: subject.digest, ...(tag === undefined ? {} : { tag }) }
}

/** Lists all digests under a manifest in the store. @throws if one is missing or has wrong bytes */
export async function closureOf(store: Store, repository: string, digest: Digest): Promise<Set<string>> {
  const record = await store.manifests.find(repository, digest)
  if (record === undefined) throw new Error(`${repository} has no manifest ${digest}`)
  const bytes = await store.manifests.bytes(digest)
  check(bytes, digest)
  const document = JSON.parse(bytes.toString()) as Record<string, Descriptor[] | Descriptor | undefined>
  const below = new Set<string>([digest])
  for (const child of asList(document.manifests)) {
    for (const one of await closureOf(store, repository, child.digest)) below.add(one)
  }
  for (const blob of [...asList(document.config), ...asList(document.layers)]) {
    if ((await store.blobs.size(repository, blob.digest)) !== blob.size) {
      throw new Error(`${repository} has no blob ${blob.digest} of ${blob.size} bytes`)
    }
    check((await store.blobs.readBytes(blob.digest)) ?? Buffer.alloc(0), blob.digest)
    below.add(blob.digest)
  }
  return below
}

function asList(value: Descriptor[] | Descriptor | undefined): Descriptor[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function check(bytes: Uint8Array, digest: Digest): void {
  const [algorithm = '', expected] = digest.split(':')
  const actual = createHash(algorithm).update(bytes).digest('hex')
  if (actual !== expected) throw new Error(`what is stored as ${digest} is ${actual}`)
}
