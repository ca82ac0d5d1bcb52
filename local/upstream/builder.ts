/** Puts images together in a registry's store: layers, manifests, indexes, and artifacts that refer to them. */
import { type Descriptor, MediaType } from '../../registry/manifest.ts'
import { recordOf } from '../aws/registry/manifests-on-disk.ts'
import type { Store } from '../aws/registry/store.ts'
import { CREATED, type Layer } from './layer.ts'

export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
}

/** Which of the two families of media types an image is written in. */
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
  image(platform: Platform, layers: readonly Layer[], format?: Format): Promise<Descriptor>
  index(children: readonly Descriptor[], format?: Format): Promise<Descriptor>
  /** A referrer: an artifact whose `subject` is another manifest. */
  artifact(subject: Descriptor, artifactType: string, content: unknown): Promise<Descriptor>
  tag(name: string, descriptor: Descriptor): Promise<void>
}

export function builder(store: Store, repository: string): Builder {
  async function blob(mediaType: string, bytes: Uint8Array): Promise<Descriptor> {
    return { mediaType, digest: await store.blobs.put(repository, bytes), size: bytes.length }
  }

  async function manifest(document: Readonly<Record<string, unknown>>): Promise<Descriptor> {
    const mediaType = String(document.mediaType)
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...document }))
    const { artifactType, subject } = document as { artifactType?: string; subject?: Descriptor }
    const record = recordOf(bytes, mediaType, {
      ...(artifactType === undefined ? {} : { artifactType }),
      ...(subject === undefined ? {} : { subject: subject.digest }),
    })
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
      config: await blob(types.config, Buffer.from(JSON.stringify(config))),
      layers: await Promise.all(layers.map(({ bytes }) => blob(types.layer, bytes))),
    })
    return { ...written, platform: { ...platform } }
  }

  async function artifact(subject: Descriptor, artifactType: string, content: unknown) {
    const { mediaType, digest, size } = subject
    return manifest({
      mediaType: MediaType.ociManifest,
      artifactType,
      config: await blob(MediaType.emptyJson, Buffer.from('{}')),
      layers: [await blob(artifactType, Buffer.from(JSON.stringify(content)))],
      subject: { mediaType, digest, size },
    })
  }

  return {
    image,
    artifact,
    index: (children, format = 'oci') =>
      manifest({ mediaType: TYPES[format].index, manifests: children.map((child) => ({ ...child })) }),
    tag: (name, { digest }) => store.tags.set(repository, name, digest),
  }
}
