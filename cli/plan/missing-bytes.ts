/** Sums up the content that targets lack. Reads each manifest of the source once for all targets. */
import pMap from 'p-map'
import { contentOf, type Descriptor, type Manifest } from '../../registry/model/manifest.ts'
import { isManifestType } from '../../registry/model/media-type.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { EcrRepository } from '../../registry/model/registry.ts'

/** Nested indexes are two or three levels deep. */
const MAX_DEPTH = 8
const PARALLEL_REQUESTS = 8

/** The part of a target that finds content. */
export type Holder = Pick<EcrRepository, 'presentDigests' | 'hasBlob'>

export type Sizer = (roots: readonly SizedDigest[], target: Holder | undefined) => Promise<number>

export type SizedDigest = Pick<Descriptor, 'digest' | 'size'>

/** @returns a function that sums up the manifests and their content that a target lacks; without a target, all of it */
export function createSizer(readManifest: (digest: Digest) => Promise<Manifest>, signal: AbortSignal): Sizer {
  const contents = new Map<string, Promise<ReturnType<typeof contentOf>>>()

  /** Keeps only the descriptors of a manifest, because its bytes may be large. */
  function contentUnder({ digest }: SizedDigest): Promise<ReturnType<typeof contentOf>> {
    const known = contents.get(digest) ?? readManifest(digest).then(contentOf)
    contents.set(digest, known)
    return known
  }

  return async (roots, target) => {
    const manifests = new Map<string, number>()
    const blobs = new Map<string, Descriptor>()
    let level = unique(roots)
    for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
      const lacking = await lackingManifests(level, target, signal)
      for (const { digest, size } of lacking) manifests.set(digest, size)
      const under = await pMap(lacking, contentUnder, { concurrency: PARALLEL_REQUESTS })
      const children = under.flatMap((content) => content.manifests)
      const others = children.filter(({ mediaType }) => !isManifestType(mediaType))
      for (const blob of [...under.flatMap((content) => content.blobs), ...others])
        blobs.set(blob.digest, blob)
      level = unique(children).filter(
        ({ digest, mediaType }) => isManifestType(mediaType) && !manifests.has(digest),
      )
    }
    const lacking = await lackingBlobs([...blobs.values()], target, signal)
    return [...manifests.values(), ...lacking.map(({ size }) => size)].reduce((sum, size) => sum + size, 0)
  }
}

async function lackingManifests<T extends SizedDigest>(
  level: readonly T[],
  target: Holder | undefined,
  signal: AbortSignal,
): Promise<readonly T[]> {
  if (target === undefined) return level
  const present = await target.presentDigests(
    level.map(({ digest }) => digest),
    signal,
  )
  return level.filter(({ digest }) => !present.has(digest))
}

async function lackingBlobs(
  blobs: readonly Descriptor[],
  target: Holder | undefined,
  signal: AbortSignal,
): Promise<readonly Descriptor[]> {
  if (target === undefined) return blobs
  const present = await pMap(blobs, (blob) => target.hasBlob(blob, signal), {
    concurrency: PARALLEL_REQUESTS,
  })
  return blobs.filter((_, index) => !present[index])
}

function unique<T extends SizedDigest>(descriptors: readonly T[]): readonly T[] {
  return [...new Map(descriptors.map((one) => [one.digest, one])).values()]
}
