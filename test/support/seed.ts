// Stores content directly in a test registry, so that it records only the test's own requests.
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

/** Stores the whole image, and its tag if one is given. */
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

/** The stored bytes of a blob; undefined if the repository does not have it. */
export async function storedBlob({ store }: FaultyRegistry, { descriptor }: Blob, repository = REPOSITORY) {
  if ((await store.blobs.size(repository, descriptor.digest)) === undefined) return undefined
  const bytes = await store.blobs.readBytes(descriptor.digest)
  if (bytes !== undefined && digestOfBytes(bytes, descriptor.digest.split(':')[0]) !== descriptor.digest) {
    throw new Error(`the registry keeps wrong bytes as ${descriptor.digest}`)
  }
  return bytes
}
