/** Which kind of document some bytes are, by what the registry says and what the document itself says. */
import { RegistryError } from './errors.ts'
import { MediaType } from './manifest.ts'

const MANIFEST_TYPE = /^application\/vnd\.(?:oci|docker|cncf)\./

/** OCI's type and Docker's type of one kind of document: some registries serve either under the other. */
const KINDS: readonly (readonly string[])[] = [
  [MediaType.ociIndex, MediaType.dockerList],
  [MediaType.ociManifest, MediaType.dockerManifest],
]

/**
 * Parts of the types that layers, configs and BuildKit's cache have. BuildKit keeps its cache as an index of such blobs.
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

/** True for types of which no document refers to anything else. */
export function isBlobType(mediaType: string): boolean {
  return OF_BLOBS.some((part) => mediaType.includes(part))
}

export function isIndexType(mediaType: string): boolean {
  return mediaType === MediaType.ociIndex || mediaType === MediaType.dockerList
}

/**
 * The type under which the document is put again. Content-Type counts, without its parameters; where it is none of a
 * manifest (`text/plain`, absent), or names the same kind of document in the words of the other specification, the
 * document's own `mediaType` does.
 * @throws RegistryError when the two name different kinds (CVE-2021-41190)
 */
export function mediaTypeOf(contentType: string | undefined, document: unknown, what: string): string {
  const told = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const own = field(document, 'mediaType')
  if (!MANIFEST_TYPE.test(told)) return typeof own === 'string' ? own : guess(document, told)
  if (typeof own === 'string' && own !== '' && own !== told) {
    if (isOneKind(own, told)) return own
    throw new RegistryError(
      `${what} is served as ${told} but says of itself that it is ${own}; it cannot be told what it is`,
      { kind: 'invalidContent' },
    )
  }
  return told
}

function isOneKind(one: string, other: string): boolean {
  return KINDS.some((kind) => kind.includes(one) && kind.includes(other))
}

/** OCI documents need not name their type. */
function guess(document: unknown, told: string): string {
  if (field(document, 'schemaVersion') === 1) return MediaType.dockerSchema1
  if (Array.isArray(field(document, 'manifests'))) return MediaType.ociIndex
  if (Array.isArray(field(document, 'layers'))) return MediaType.ociManifest
  return told === '' ? 'application/octet-stream' : told
}

export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
