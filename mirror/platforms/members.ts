/** Lists what an index consists of: its images with their platforms, and the attestations about them. */
import pMap from 'p-map'
import { contentOf, type Descriptor, type Manifest } from '../../registry/model/manifest.ts'
import { isIndexType, isManifestType } from '../../registry/model/media-type.ts'
import type { Repository } from '../../registry/model/registry.ts'
import { ErrorName } from '../error-name.ts'
import { namedError } from '../failure.ts'
import { platformOfImage } from './image-platform.ts'
import { platformName } from './platform.ts'

/** Where manifests and configs are read from. */
export type Reader = Pick<Repository, 'getManifest' | 'blob'>

export interface Member {
  readonly descriptor: Descriptor
  /** Undefined for attestations and other content without a platform. */
  readonly platform?: string | undefined
  /** For BuildKit's attestations: the digest of the image that it is about. */
  readonly about?: string | undefined
}

/** https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
const ABOUT = 'vnd.docker.reference.digest'
/** The limits of the copier. */
const MAX_DEPTH = 8
const MAX_MEMBERS = 2_000
const PARALLEL_READS = 4

/** Lists the members in their order. Those of a nested index take its place. */
export async function membersOf(index: Manifest, reader: Reader, signal?: AbortSignal): Promise<Member[]> {
  const descriptors = await flattened(index, reader, signal)
  return pMap(descriptors, (descriptor) => memberOf(descriptor, reader, signal), {
    concurrency: PARALLEL_READS,
  })
}

async function flattened(
  root: Manifest,
  reader: Reader,
  signal: AbortSignal | undefined,
): Promise<Descriptor[]> {
  let seen = 0

  async function under(index: Manifest, depth: number): Promise<Descriptor[]> {
    if (depth > MAX_DEPTH) throw invalid(`${root.digest} is nested more than ${MAX_DEPTH} levels deep`)
    const found: Descriptor[] = []
    for (const descriptor of contentOf(index).manifests) {
      if (++seen > MAX_MEMBERS) throw invalid(`${root.digest} lists more than ${MAX_MEMBERS} manifests`)
      if (isIndexType(descriptor.mediaType)) {
        found.push(...(await under(await reader.getManifest(descriptor.digest, signal), depth + 1)))
      } else {
        found.push(descriptor)
      }
    }
    return found
  }

  return under(root, 1)
}

async function memberOf(
  descriptor: Descriptor,
  reader: Reader,
  signal: AbortSignal | undefined,
): Promise<Member> {
  const { annotations, mediaType, artifactType } = descriptor
  const platform = platformName(descriptor.platform)
  if (platform !== undefined) return { descriptor, platform }
  const about = annotations?.[ABOUT]
  if (about !== undefined) return { descriptor, about }
  if (descriptor.platform || !isManifestType(mediaType) || artifactType) return { descriptor }
  const manifest = await reader.getManifest(descriptor.digest, signal)
  const { name } = await platformOfImage(manifest, reader.blob, signal)
  return { descriptor, platform: name }
}

function invalid(message: string): Error {
  return namedError(ErrorName.InvalidImage, message)
}
