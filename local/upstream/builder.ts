/** Builds images in a registry's store: layers, manifests, indexes, and artifacts that refer to them. */
import { type Descriptor, MediaType } from '../../registry/model/manifest.ts'
import { aboutOf, parseManifest } from '../aws/registry/manifest-document.ts'
import { recordOf } from '../aws/registry/store/manifests-on-disk.ts'
import type { Store } from '../aws/registry/store/store.ts'
import { CREATED, type Layer } from './layer.ts'

export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
}

/** The family of media types of an image. */
export type Format = 'oci' | 'docker'

const TYPES = {
  oci: {
    manifest: MediaType.ociManifest,
    index: MediaType.ociIndex,
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    manifest: MediaType.dockerManifest,
    index: MediaType.dockerList,
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const

export interface Builder {
  blob(mediaType: string, bytes: Uint8Array | string): Promise<Descriptor>
  /** Writes any manifest as JSON; its content must exist already. */
  manifest(document: Readonly<Record<string, unknown>>): Promise<Descriptor>
  image(platform: Platform, layers: readonly Layer[], format?: Format): Promise<Descriptor>
  index(children: readonly Descriptor[], format?: Format): Promise<Descriptor>
  /** Writes a referrer: an artifact whose `subject` is another manifest. */
  artifact(subject: Descriptor, artifactType: string, content: unknown): Promise<Descriptor>
  tag(name: string, descriptor: Descriptor): Promise<void>
}

export function builder(store: Store, repository: string): Builder {
  async function blob(mediaType: string, content: Uint8Array | string): Promise<Descriptor> {
    const bytes = Buffer.from(content)
    return { mediaType, digest: await store.blobs.put(repository, bytes), size: bytes.length }
  }

  async function manifest(given: Readonly<Record<string, unknown>>): Promise<Descriptor> {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...given }))
    const { document, mediaType } = parseManifest(bytes, undefined)
    const record = recordOf(bytes, mediaType, aboutOf(document))
    await store.manifests.put(repository, record, bytes)
    return { mediaType, digest: record.digest, size: bytes.length }
  }

  async function image(platform: Platform, layers: readonly Layer[], format: Format = 'oci') {
    const types = TYPES[format]
    const config = {
      ...platform,
      created: CREATED.toISOString(),
      config: { Entrypoint: ['/bin/start'], WorkingDir: '/' },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map(() => ({ created: CREATED.toISOString(), created_by: 'sample' })),
    }
    const written = await manifest({
      mediaType: types.manifest,
      config: await blob(types.config, JSON.stringify(config)),
      layers: await Promise.all(layers.map(({ bytes }) => blob(types.layer, bytes))),
    })
    return { ...written, platform: { ...platform } }
  }

  async function artifact(subject: Descriptor, artifactType: string, content: unknown) {
    const { mediaType, digest, size } = subject
    return manifest({
      mediaType: MediaType.ociManifest,
      artifactType,
      config: await blob(MediaType.emptyJson, '{}'),
      layers: [await blob(artifactType, JSON.stringify(content))],
      subject: { mediaType, digest, size },
    })
  }

  return {
    blob,
    manifest,
    image,
    artifact,
    index: (children, format = 'oci') =>
      manifest({ mediaType: TYPES[format].index, manifests: children.map((child) => ({ ...child })) }),
    tag: (name, { digest }) => store.tags.set(repository, name, digest),
  }
}
