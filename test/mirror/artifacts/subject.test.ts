// What a pushed artifact describes.
import { expect, test } from 'vitest'
import { subjectOf } from '../../../mirror/artifacts/subject.ts'
import { RegistryError } from '../../../registry/model/errors.ts'
import { type Manifest, MediaType } from '../../../registry/model/manifest.ts'
import { digestOf } from '../resolve/sources.ts'

/** Manifests by name, each with the name of its subject. */
function sourceWith(subjects: Readonly<Record<string, string | undefined>>) {
  const byDigest = new Map(Object.entries(subjects).map(([name, subject]) => [digestOf(name), subject]))
  return {
    async getManifest(reference: string): Promise<Manifest> {
      const digest = reference as Manifest['digest']
      if (!byDigest.has(digest)) {
        throw new RegistryError(`no ${reference}`, { kind: 'notFound' })
      }
      const name = byDigest.get(digest)
      const subject = name && { mediaType: MediaType.ociManifest, digest: digestOf(name), size: 1 }
      const document = {
        schemaVersion: 2,
        mediaType: MediaType.ociManifest,
        config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('e'), size: 2 },
        layers: [],
        ...(subject && { subject }),
      }
      return { digest, mediaType: MediaType.ociManifest, bytes: Buffer.from(JSON.stringify(document)) }
    },
  }
}

test.each([
  ['the image of a signature', { image: undefined, signature: 'image' }, 'image'],
  ['the image of the signature of its SBOM', { image: undefined, sbom: 'image', signature: 'sbom' }, 'image'],
  ['nothing, for an image', { signature: undefined }, undefined],
  ['nothing, if the image is missing', { signature: 'image' }, undefined],
  ['nothing, if the artifact is gone', {}, undefined],
  ['nothing, for artifacts that describe each other', { signature: 'other', other: 'signature' }, undefined],
])('is %s', async (_, subjects, expected) => {
  const found = await subjectOf(sourceWith(subjects), digestOf('signature'), undefined)
  expect(found).toBe(expected && digestOf(expected))
})
