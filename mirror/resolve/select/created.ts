/** Reads the creation date of one image: from its config, or from its annotations. */
import { isObject, parseJson } from '../../../registry/model/json.ts'
import { contentOf, type Descriptor } from '../../../registry/model/manifest.ts'
import type { Digest } from '../../../registry/model/reference.ts'
import { readSmallBlob } from '../../small-blob.ts'
import type { Source } from '../source.ts'

/** Configs of real images have tens of kilobytes at most. */
const MAX_CONFIG = 4 * 1024 * 1024
const MAX_DEPTH = 3
/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
const CREATED = 'org.opencontainers.image.created'

/**
 * The date of an index is that of its first image.
 * @returns ISO 8601; empty if the image has no date
 */
export async function readCreated(
  source: Pick<Source, 'blob' | 'getManifest'>,
  digest: Digest,
  signal: AbortSignal | undefined,
  depth = MAX_DEPTH,
): Promise<string> {
  const manifest = await source.getManifest(digest, signal)
  const { manifests, blobs } = contentOf(manifest)
  // Attestations have the platform `unknown`.
  const image = manifests.find(({ platform }) => platform?.os !== 'unknown')
  if (image !== undefined && depth > 0) {
    const inside = await readCreated(source, image.digest, signal, depth - 1)
    if (inside !== '') return inside
  }
  const config = image === undefined ? blobs[0] : undefined
  const created = config === undefined ? undefined : await configDate(source, config, signal)
  const annotations = field(parseJson(Buffer.from(manifest.bytes).toString()), 'annotations')
  return isoDate(created) || isoDate(field(annotations, CREATED))
}

async function configDate(
  source: Pick<Source, 'blob'>,
  config: Descriptor,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (!config.mediaType.endsWith('+json')) return undefined
  const bytes = await readSmallBlob(source.blob(config), MAX_CONFIG, signal)
  return bytes === undefined ? undefined : field(parseJson(bytes.toString()), 'created')
}

function field(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isoDate(value: unknown): string {
  const time = typeof value === 'string' && value.length <= 64 ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? '' : new Date(time).toISOString()
}
