/**
 * Manifests as data: media types, descriptors, and what a document refers to. No I/O, no hashing of streams.
 * Spec: https://github.com/opencontainers/image-spec/blob/main/manifest.md
 */
import type { Digest } from './reference.ts'

export const MediaType = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  emptyJson: 'application/vnd.oci.empty.v1+json',
} as const

/**
 * The Accept header of every manifest HEAD and GET. The same list on both: ECR converts a manifest that was
 * asked for by tag when its stored type is missing here, which would change the digest.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html
 */
export const ACCEPTED = [
  MediaType.ociIndex,
  MediaType.dockerList,
  MediaType.ociManifest,
  MediaType.dockerManifest,
] as const

/** https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  /** In bytes. */
  readonly size: number
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly platform?: Readonly<Record<string, unknown>>
  /** Base64 of the content itself, where the descriptor embeds it. */
  readonly data?: string
  readonly urls?: readonly string[]
}

/** A manifest as it travels: exact bytes, never re-encoded. */
export interface Manifest {
  readonly mediaType: string
  readonly digest: Digest
  readonly bytes: Uint8Array
}

/** What a manifest refers to. */
export interface Content {
  /** Child manifests of an index, in order. */
  readonly manifests: readonly Descriptor[]
  /** Config and layers, in order; non-distributable layers are left out. */
  readonly blobs: readonly Descriptor[]
  /** What this manifest is about, where it is a referrer (signature, SBOM). */
  readonly subject?: Descriptor
  readonly artifactType?: string
}
