/** Determines a document's media type from the Content-Type header and its own fields. */
import { RegistryError } from './errors.ts'
import { MediaType } from './manifest.ts'

const MANIFEST_TYPE = /^application\/vnd\.(?:oci|docker|cncf)\./

/** OCI's and Docker's type of each kind of document. Some registries serve one under the other. */
const KINDS: readonly (readonly string[])[] = [
  [MediaType.ociIndex, MediaType.dockerList],
  [MediaType.ociManifest, MediaType.dockerManifest],
]

/**
 * Substrings of the types of layers, configs and BuildKit's cache. BuildKit stores its cache as an index of blobs.
 * https://github.com/moby/buildkit/blob/master/cache/remotecache/v1/spec.go
 */
const OF_BLOBS = [
  '.layer.',
  '.rootfs.',
  '.config.',
  '.cacheconfig.',
  '.container.image.',
  'octet-stream',
  '.tar',
]

export function isManifestType(mediaType: string): boolean {
  return KINDS.some((kind) => kind.includes(mediaType))
}

/** True for types whose content has no references. */
export function isBlobType(mediaType: string): boolean {
  return OF_BLOBS.some((part) => mediaType.includes(part))
}

export function isIndexType(mediaType: string): boolean {
  return mediaType === MediaType.ociIndex || mediaType === MediaType.dockerList
}

/**
 * The type to push the document with: Content-Type without its parameters. The document's own `mediaType` takes
 * precedence if Content-Type is missing, is not a manifest's (`text/plain`), or is the other specification's type for
 * the same kind of document.
 * @throws RegistryError if the two name different kinds (CVE-2021-41190)
 */
export function mediaTypeOf(contentType: string | undefined, document: unknown, what: string): string {
  const declared = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const own = field(document, 'mediaType')
  if (!MANIFEST_TYPE.test(declared)) return typeof own === 'string' ? own : guess(document, declared)
  if (typeof own === 'string' && own !== '' && own !== declared) {
    if (isOneKind(own, declared)) return own
    throw new RegistryError(
      `${what} has the Content-Type ${declared}, but its mediaType field is ${own}; the two must agree`,
      { kind: 'invalidContent' },
    )
  }
  return declared
}

function isOneKind(one: string, other: string): boolean {
  return KINDS.some((kind) => kind.includes(one) && kind.includes(other))
}

/** In OCI documents, `mediaType` is optional. */
function guess(document: unknown, declared: string): string {
  if (field(document, 'schemaVersion') === 1) return MediaType.dockerSchema1
  if (Array.isArray(field(document, 'manifests'))) return MediaType.ociIndex
  if (Array.isArray(field(document, 'layers'))) return MediaType.ociManifest
  return declared === '' ? 'application/octet-stream' : declared
}

export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
