/**
 * Manifest validation of the registry: format, and required content. Deliberately independent of the client's own
 * parser, so that neither hides mistakes of the other.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md
 */
import { z } from 'zod'
import { isForeignLayer, MediaType } from '../../../registry/model/manifest.ts'
import { type Digest, isDigest } from '../../../registry/model/reference.ts'
import { OciError } from './oci-error.ts'

const descriptor = z.looseObject({
  mediaType: z.string(),
  digest: z.string().refine(isDigest, 'must be a sha256 or sha512 digest'),
  size: z.int().min(0),
  annotations: z.record(z.string(), z.string()).optional(),
})
const document = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
  manifests: z.array(descriptor).optional(),
  subject: descriptor.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
})
export type ManifestDocument = z.infer<typeof document>

const INDEX_TYPES: readonly string[] = [MediaType.ociIndex, MediaType.dockerList]
const IMAGE_TYPES: readonly string[] = [MediaType.ociManifest, MediaType.dockerManifest]
const MANIFEST_TYPES = new Set([...INDEX_TYPES, ...IMAGE_TYPES])

/** @throws {OciError} MANIFEST_INVALID with the reason */
export function parseManifest(
  bytes: Uint8Array,
  contentType: string | undefined,
): { readonly document: ManifestDocument; readonly mediaType: string } {
  const parsed = document.safeParse(parseJson(bytes))
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error))
  const mediaType = contentType?.split(';')[0]?.trim() || parsed.data.mediaType
  if (!mediaType || !MANIFEST_TYPES.has(mediaType)) throw invalid(`media type ${mediaType} is not supported`)
  if (parsed.data.mediaType !== undefined && parsed.data.mediaType !== mediaType) {
    throw invalid(`the body says ${parsed.data.mediaType}, Content-Type says ${mediaType}`)
  }
  checkShape(parsed.data, mediaType)
  return { document: parsed.data, mediaType }
}

/** Rejects documents that could be read as two types: CVE-2021-41190. */
function checkShape(manifest: ManifestDocument, mediaType: string): void {
  const isIndex = INDEX_TYPES.includes(mediaType)
  if (isIndex && (!manifest.manifests || manifest.config || manifest.layers)) {
    throw invalid('an index has manifests, and neither config nor layers')
  }
  if (!isIndex && (!manifest.config || !manifest.layers || manifest.manifests)) {
    throw invalid('an image manifest has config and layers, and no manifests')
  }
}

/** The content that must be in the repository before the manifest. The subject may be missing. */
export function requirementsOf(manifest: ManifestDocument): {
  readonly blobs: readonly Digest[]
  readonly manifests: readonly Digest[]
} {
  const blobs = [...(manifest.config ? [manifest.config] : []), ...(manifest.layers ?? [])]
  return {
    blobs: blobs.filter((blob) => !isForeignLayer(blob)).map((blob) => blob.digest),
    manifests: (manifest.manifests ?? []).map((child) => child.digest),
  }
}

/** Fields of a manifest that the referrers API adds to its descriptor. */
export function aboutOf(manifest: ManifestDocument) {
  const artifactType = manifest.artifactType ?? manifest.config?.mediaType
  return {
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(manifest.subject === undefined ? {} : { subject: manifest.subject.digest }),
    ...(manifest.annotations === undefined ? {} : { annotations: manifest.annotations }),
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    throw invalid('the body is not JSON')
  }
}

function invalid(why: string): OciError {
  return new OciError(400, 'MANIFEST_INVALID', `manifest invalid: ${why}`)
}
