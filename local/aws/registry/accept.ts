/**
 * Content negotiation for a client whose Accept header omits the stored type. Only for requests by tag: a digest
 * identifies exactly one document.
 */
import { type Manifest, MediaType } from '../../../registry/model/manifest.ts'
import { digestOf } from './digest.ts'
import type { RegistryPolicy } from './policy.ts'

/** Returns undefined if the client accepts no available type. */
export function asAccepted(
  manifest: Manifest,
  accept: string | undefined,
  policy: RegistryPolicy['accept'],
): Manifest | undefined {
  if (policy === 'ignore' || accepts(accept, manifest.mediaType)) return manifest
  if (policy === 'strict') return undefined
  const other = COUNTERPART.get(manifest.mediaType)
  // ECR serves the stored form if no conversion exists.
  return other !== undefined && accepts(accept, other) ? converted(manifest, other) : manifest
}

function accepts(header: string | undefined, mediaType: string): boolean {
  if (header === undefined) return true
  const ranges = header.split(',').map((range) => range.split(';')[0]?.trim())
  return ranges.some((range) => range === mediaType || range === '*/*' || range === 'application/*')
}

const PAIRS: readonly (readonly [string, string])[] = [
  [MediaType.ociManifest, MediaType.dockerManifest],
  ['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json'],
  ['application/vnd.oci.image.layer.v1.tar+gzip', 'application/vnd.docker.image.rootfs.diff.tar.gzip'],
]
const COUNTERPART = new Map(
  PAIRS.flatMap(([oci, docker]) => [[oci, docker] as const, [docker, oci] as const]),
)

/**
 * Converts the image to another format, which changes its digest: a trap for clients that send HEAD and GET with
 * different Accept lists. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html
 */
function converted(manifest: Manifest, mediaType: string): Manifest {
  const translate = (key: string, value: unknown) =>
    key === 'mediaType' && typeof value === 'string' ? (COUNTERPART.get(value) ?? value) : value
  const document = JSON.parse(Buffer.from(manifest.bytes).toString(), translate) as Record<string, unknown>
  const bytes = Buffer.from(JSON.stringify({ ...document, mediaType }))
  return { mediaType, digest: digestOf(bytes), bytes }
}
