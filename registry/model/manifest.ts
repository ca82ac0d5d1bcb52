/**
 * Manifests as data: media types, descriptors and references. No I/O, no hashing of streams.
 * Spec: https://github.com/opencontainers/image-spec/blob/main/manifest.md
 */
import { invalidContent, RegistryError } from './errors.ts'
import { isObject } from './json.ts'
import { type Digest, isDigest } from './reference.ts'

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
 * The Accept header of every manifest HEAD and GET. If a manifest's stored type is missing from it, ECR converts the
 * manifest, which changes its digest.
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

/** A manifest with its exact bytes, which are never re-encoded. */
export interface Manifest {
  readonly mediaType: string
  readonly digest: Digest
  readonly bytes: Uint8Array
}

/** The references of a manifest. */
export interface Content {
  /** Child manifests of an index, in order. */
  readonly manifests: readonly Descriptor[]
  /** Config and layers, in order, without layers that are stored outside the registry. */
  readonly blobs: readonly Descriptor[]
  /** The manifest that this one describes, if it is a referrer (signature, SBOM). */
  readonly subject?: Descriptor
  readonly artifactType?: string
}

/** A bound on the work that one document can cause; real images have far fewer. */
const MAX_DESCRIPTORS = 10_000

/**
 * Types of layers that may be stored outside the registry, at their `urls`.
 * https://github.com/opencontainers/image-spec/blob/main/layer.md#non-distributable-layers
 */
const NON_DISTRIBUTABLE =
  /^application\/vnd\.(?:docker\.image\.rootfs\.foreign\.|oci\.image\.layer\.nondistributable\.)/

/**
 * Reads the references of a manifest.
 * @throws RegistryError `unsupported` for schema 1 and for documents that are not manifests, `invalidContent` for
 * ambiguous documents and invalid descriptors
 */
export function contentOf(manifest: Manifest): Content {
  const document = parseDocument(manifest)
  const { mediaType, digest } = manifest
  if (isSchema1(mediaType) || document.schemaVersion === 1) {
    throw new RegistryError(
      `${digest} is in Docker's schema 1 format of 2015, which registries no longer accept; push the image again with a current tool`,
      { kind: 'unsupported' },
    )
  }
  const isIndex = 'manifests' in document
  const ambiguous = ['layers', 'config', 'fsLayers', 'blobs'].filter((name) => name in document)
  if (isIndex && ambiguous.length > 0) {
    // CVE-2021-41190: two clients could see two different images under one digest.
    throw invalid(
      digest,
      `has both "manifests" and "${ambiguous[0]}", so it is an index and an image at once (CVE-2021-41190)`,
    )
  }
  const config = document.config === undefined ? [] : [document.config]
  const layers = [...list(document, 'layers', digest), ...list(document, 'blobs', digest)]
  if (!isIndex && config.length + layers.length === 0) {
    throw new RegistryError(
      `${digest} (${mediaType}) is neither an index nor an image; it cannot be copied`,
      {
        kind: 'unsupported',
      },
    )
  }
  const { subject, artifactType } = document
  return {
    manifests: list(document, 'manifests', digest).map((one) => descriptorOf(one, digest)),
    blobs: [...config, ...layers]
      .map((one) => descriptorOf(one, digest))
      .filter((one) => !isForeignLayer(one)),
    ...(subject === undefined || subject === null ? {} : { subject: descriptorOf(subject, digest) }),
    ...(typeof artifactType === 'string' && artifactType !== '' ? { artifactType } : {}),
  }
}

/** Whether a layer is stored outside the registry. One without URLs can only be in the registry, whatever its type. */
export function isForeignLayer({
  mediaType,
  urls,
}: {
  readonly mediaType: string
  readonly urls?: unknown
}): boolean {
  const named = Array.isArray(urls) && urls.some((url) => typeof url === 'string' && url.trim() !== '')
  return named && NON_DISTRIBUTABLE.test(mediaType)
}

/**
 * The descriptors of an index, without invalid ones.
 * @throws RegistryError if the document is not an index
 */
export function listedIn({ bytes, digest }: Pick<Manifest, 'bytes' | 'digest'>): Descriptor[] {
  const document = parseDocument({ bytes, digest })
  if (!Array.isArray(document.manifests))
    throw invalid(digest, 'has no list of manifests, so it is not an index')
  return descriptorsIn(document)
}

/** The descriptors of a list of referrers, without invalid ones. */
export function descriptorsIn(document: unknown): Descriptor[] {
  const entries = isObject(document) ? document.manifests : undefined
  return Array.isArray(entries) ? entries.filter(isDescriptor) : []
}

function parseDocument({ bytes, digest }: Pick<Manifest, 'bytes' | 'digest'>): Record<string, unknown> {
  let document: unknown
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new RegistryError(`${digest} is not JSON, so it is not a manifest`, {
      kind: 'invalidContent',
      cause,
    })
  }
  if (!isObject(document)) throw invalid(digest, 'is not a JSON object')
  return document
}

function isSchema1(mediaType: string): boolean {
  return mediaType === MediaType.dockerSchema1 || mediaType === MediaType.dockerSchema1Signed
}

function list(document: Record<string, unknown>, name: string, digest: Digest): readonly unknown[] {
  const value = document[name]
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw invalid(digest, `has a "${name}" that is not a list`)
  if (value.length > MAX_DESCRIPTORS) {
    throw invalid(digest, `has ${value.length} ${name}; at most ${MAX_DESCRIPTORS} are accepted`)
  }
  return value
}

function descriptorOf(value: unknown, parent: Digest): Descriptor {
  if (isDescriptor(value)) return value
  const shown = JSON.stringify(value)?.slice(0, 200) ?? 'nothing'
  throw invalid(parent, `has a descriptor without a usable mediaType, digest and size: ${shown}`)
}

function isDescriptor(value: unknown): value is Descriptor {
  if (!isObject(value)) return false
  const { mediaType, digest, size } = value
  if (typeof mediaType !== 'string' || typeof digest !== 'string' || !isDigest(digest)) return false
  return Number.isSafeInteger(size) && Number(size) >= 0
}

function invalid(digest: Digest, why: string): RegistryError {
  return invalidContent(`the manifest ${digest} ${why}`)
}
