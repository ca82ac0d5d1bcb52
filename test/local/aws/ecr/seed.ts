// Stores images directly in a region, for tests of the API.
import { digestOf } from '../../../../local/aws/registry/digest.ts'
import { recordOf } from '../../../../local/aws/registry/store/manifests-on-disk.ts'
import type { Store } from '../../../../local/aws/registry/store/store.ts'
import { MediaType } from '../../../../registry/model/manifest.ts'
import type { Digest } from '../../../../registry/model/reference.ts'

export interface Seeded {
  readonly digest: Digest
  readonly layer: Digest
  readonly text: string
}

const CONFIG = 'application/vnd.oci.image.config.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'

/** An image with one layer, different for each content. */
export async function seedImage(
  store: Store,
  repository: string,
  tag?: string,
  content = 'layer',
): Promise<Seeded> {
  const config = await store.blobs.put(repository, Buffer.from('{}'))
  const layer = await store.blobs.put(repository, Buffer.from(content))
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: MediaType.ociManifest,
    config: { mediaType: CONFIG, digest: config, size: 2 },
    layers: [{ mediaType: LAYER, digest: layer, size: content.length }],
  })
  const digest = await seedManifest(store, repository, text, MediaType.ociManifest, CONFIG)
  if (tag !== undefined) await store.tags.set(repository, tag, digest)
  return { digest, layer, text }
}

export async function seedIndex(store: Store, repository: string, tag: string, children: readonly Digest[]) {
  const manifests = children.map((digest) => ({ mediaType: MediaType.ociManifest, digest, size: 1 }))
  const text = JSON.stringify({ schemaVersion: 2, mediaType: MediaType.ociIndex, manifests })
  const digest = await seedManifest(store, repository, text, MediaType.ociIndex)
  await store.tags.set(repository, tag, digest)
  return digest
}

async function seedManifest(
  store: Store,
  repository: string,
  text: string,
  type: string,
  artifactType?: string,
) {
  const about = artifactType === undefined ? {} : { artifactType }
  await store.manifests.put(repository, recordOf(Buffer.from(text), type, about), Buffer.from(text))
  return digestOf(text)
}
