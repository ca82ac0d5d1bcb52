// Puts content into a test's registry past the protocol, so that the requests it sees are the test's own.
import { contentOf } from '../../registry/model/manifest.ts'
import { REPOSITORY } from './client.ts'
import { type Blob, digestOfBytes, type Image } from './content.ts'
import type { FaultyRegistry } from './faulty-registry.ts'

export async function seedBlob(
  { store }: FaultyRegistry,
  { bytes, descriptor }: Blob,
  repository = REPOSITORY,
) {
  await store.repositories.create(repository)
  await store.blobs.writeBytes(descriptor.digest, bytes)
  await store.blobs.link(repository, descriptor.digest)
}

/** Stores the image whole, and under the tag if there is one. */
export async function seedImage(
  registry: FaultyRegistry,
  image: Image,
  tag?: string,
  repository = REPOSITORY,
) {
  for (const blob of image.blobs) await seedBlob(registry, blob, repository)
  await seedManifest(registry, image.manifest, tag, repository)
}

export async function seedManifest(
  { store }: FaultyRegistry,
  manifest: Image['manifest'],
  tag?: string,
  repository = REPOSITORY,
) {
  const { subject, artifactType } = contentOf(manifest)
  await store.repositories.create(repository)
  await store.manifests.put(
    repository,
    {
      digest: manifest.digest,
      mediaType: manifest.mediaType,
      size: manifest.bytes.length,
      pushedAt: '2026-11-21T12:00:00Z',
      ...(subject === undefined ? {} : { subject: subject.digest }),
      ...(artifactType === undefined ? {} : { artifactType }),
    },
    manifest.bytes,
  )
  if (tag !== undefined) await store.tags.set(repository, tag, manifest.digest)
}

/** The blob's bytes as the registry keeps them; undefined when the repository has no such blob. */
export async function storedBlob({ store }: FaultyRegistry, { descriptor }: Blob, repository = REPOSITORY) {
  if ((await store.blobs.size(repository, descriptor.digest)) === undefined) return undefined
  const bytes = await store.blobs.readBytes(descriptor.digest)
  if (bytes !== undefined && digestOfBytes(bytes, descriptor.digest.split(':')[0]) !== descriptor.digest) {
    throw new Error(`the registry keeps wrong bytes as ${descriptor.digest}`)
  }
  return bytes
}
