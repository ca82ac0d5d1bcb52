/** Which kind of document some bytes are, by what the registry says and what the document itself says. */
import { RegistryError } from './errors.ts'
import { MediaType } from './manifest.ts'

const MANIFEST_TYPE = /^application\/vnd\.(?:oci|docker|cncf)\./

/**
 * The type under which the document is put again. Content-Type counts, without its parameters; where it is none of a
 * manifest (`text/plain`, absent), the document's own `mediaType` does.
 * @throws RegistryError when the two contradict each other (CVE-2021-41190)
 */
export function mediaTypeOf(contentType: string | undefined, document: unknown, what: string): string {
  const told = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const own = field(document, 'mediaType')
  if (!MANIFEST_TYPE.test(told)) return typeof own === 'string' ? own : guess(document, told)
  if (typeof own === 'string' && own !== '' && own !== told) {
    throw new RegistryError(
      `${what} is served as ${told} but says of itself that it is ${own}; it cannot be told what it is`,
      { kind: 'invalidContent' },
    )
  }
  return told
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
