/**
 * What a client gets that did not name the stored type in its Accept header. By tag only: what is asked for by
 * digest is that, or nothing.
 */
import { type Manifest, MediaType } from '../../../registry/model/manifest.ts'
import { digestOf } from './digest.ts'
import type { RegistryPolicy } from './policy.ts'

/** Undefined: there is nothing that the client would take. */
export function asAccepted(
  manifest: Manifest,
  accept: string | undefined,
  policy: RegistryPolicy['accept'],
): Manifest | undefined {
  if (policy === 'ignore' || accepts(accept, manifest.mediaType)) return manifest
  if (policy === 'strict') return undefined
  const other = COUNTERPART.get(manifest.mediaType)
  // ECR serves the stored form where it has nothing to convert to.
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
 * The same image in other words, so with another digest: the trap for a client that asks HEAD and GET with
 * different lists. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html
 */
function converted(manifest: Manifest, mediaType: string): Manifest {
  const translate = (key: string, value: unknown) =>
    key === 'mediaType' && typeof value === 'string' ? (COUNTERPART.get(value) ?? value) : value
  const document = JSON.parse(Buffer.from(manifest.bytes).toString(), translate) as Record<string, unknown>
  const bytes = Buffer.from(JSON.stringify({ ...document, mediaType }))
  return { mediaType, digest: digestOf(bytes), bytes }
}
