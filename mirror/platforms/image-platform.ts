/** Reads the platform of a plain image from its config: https://github.com/opencontainers/image-spec/blob/main/config.md */
import { parseJson } from '../../registry/model/json.ts'
import { contentOf, type Descriptor, type Manifest, MediaType } from '../../registry/model/manifest.ts'
import type { BlobSource } from '../../registry/model/registry.ts'
import { readSmallBlob } from '../small-blob.ts'
import { platformName } from './platform.ts'

export interface ImagePlatform {
  /** Undefined for content without a platform, such as a Helm chart, and for images that do not state it. */
  readonly name?: string
  /** Whether it is a container image, which must have a platform. */
  readonly isImage: boolean
}

const IMAGE_CONFIGS = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]
/** A config has a few kilobytes. This bounds the memory that a hostile one takes. */
const MAX_CONFIG = 4 * 1024 * 1024

export async function platformOfImage(
  manifest: Manifest,
  blob: (descriptor: Descriptor) => BlobSource,
  signal?: AbortSignal,
): Promise<ImagePlatform> {
  const config = configOf(manifest)
  if (config === undefined || config.mediaType === MediaType.emptyJson) return { isImage: false }
  const isImage = IMAGE_CONFIGS.includes(config.mediaType)
  const bytes = await readSmallBlob(blob(config), MAX_CONFIG, signal)
  const name = bytes === undefined ? undefined : platformName(parseJson(bytes.toString()))
  return name === undefined ? { isImage } : { name, isImage }
}

/** The first blob of an image is its config. Artifacts of the former `artifact` type have none. */
function configOf(manifest: Manifest): Descriptor | undefined {
  const { blobs, manifests } = contentOf(manifest)
  const { config } = JSON.parse(new TextDecoder().decode(manifest.bytes)) as { config?: unknown }
  return manifests.length === 0 && config !== undefined ? blobs[0] : undefined
}
