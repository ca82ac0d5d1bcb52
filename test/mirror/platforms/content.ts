// Manifests in memory, and a reader that records requests.
import type { Reader } from '../../../mirror/platforms/members.ts'
import { type Descriptor, type Manifest, MediaType } from '../../../registry/model/manifest.ts'
import type { Digest } from '../../../registry/model/reference.ts'
import { type Blob, blobOf, digestOfBytes, manifestOf, sourceOf } from '../../support/content.ts'

export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json'

export interface Content {
  readonly reader: Reader
  /** The requested digests. */
  readonly asked: string[]
  /** A plain image with this config. */
  image(config: unknown, mediaType?: string): Manifest
  index(members: readonly unknown[], fields?: Readonly<Record<string, unknown>>): Manifest
}

export function contentInMemory(): Content {
  const manifests = new Map<string, Manifest>()
  const blobs = new Map<string, Blob>()
  const asked: string[] = []
  const keep = (manifest: Manifest): Manifest => {
    manifests.set(manifest.digest, manifest)
    return manifest
  }
  return {
    asked,
    reader: {
      async getManifest(reference) {
        asked.push(reference)
        const found = manifests.get(reference)
        if (found === undefined) throw new Error(`there is no ${reference}`)
        return found
      },
      blob: ({ digest, size }) => ({
        size,
        open() {
          asked.push(digest)
          return sourceOf(blobs.get(digest) as Blob).open()
        },
      }),
    },
    image(config, mediaType = OCI_CONFIG) {
      const blob = blobOf(typeof config === 'string' ? config : JSON.stringify(config), mediaType)
      blobs.set(blob.descriptor.digest, blob)
      return keep(
        manifestOf({
          schemaVersion: 2,
          mediaType: MediaType.ociManifest,
          config: blob.descriptor,
          layers: [],
        }),
      )
    },
    index: (members, fields = {}) =>
      keep(
        manifestOf(
          { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: members, ...fields },
          String(fields.mediaType ?? MediaType.ociIndex),
        ),
      ),
  }
}

/** An index entry whose content is not read. */
export function entry(name: string, platform?: string, more: Partial<Descriptor> = {}): Descriptor {
  const [os = '', architecture = '', variant] = platform?.split('/') ?? []
  return {
    mediaType: MediaType.ociManifest,
    digest: digestNamed(name),
    size: 500,
    ...(platform === undefined ? {} : { platform: { architecture, os, ...(variant && { variant }) } }),
    ...more,
  }
}

/** BuildKit's attestation about an entry. */
export function attestation(about: Pick<Descriptor, 'digest'>): Descriptor {
  return entry(`attestation of ${about.digest}`, 'unknown/unknown', {
    annotations: {
      'vnd.docker.reference.digest': about.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  })
}

export function entryFor({ digest, mediaType, bytes }: Manifest): Descriptor {
  return { mediaType, digest, size: bytes.length }
}

export function digestNamed(name: string): Digest {
  return digestOfBytes(Buffer.from(name))
}
