/**
 * Collects signatures, SBOMs and other artifacts of an image and of its platforms. They can appear at any time without
 * the image changing, so every run asks for them.
 */
import type { Manifest } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { artifactsOfTags } from '../artifacts/choose.ts'
import type { Artifact, ResolvedTag } from '../documents.ts'
import { isMade } from '../platforms/serve.ts'
import { startSearch } from './artifact-search.ts'
import { isImageTag } from './image-tags.ts'
import { createIndexReader } from './index-reader.ts'
import { createListingGaps } from './listing-gaps.ts'
import type { Remembered } from './memory/remembered.ts'
import { artifactsOfPlatforms } from './platform-artifacts.ts'
import { platformsOf } from './platforms.ts'
import type { Source } from './source.ts'

/** Size limit for manifests handed on to Sync. An index takes 250 bytes per platform. */
const MAX_HANDED_ON = 64 * 1024

export interface ArtifactOptions {
  /** All tags of the source, if they were listed. */
  readonly available?: readonly string[] | undefined
  /** Manifests of the source that the target does not get. Their artifacts are listed apart. @default - none */
  readonly replaced?: readonly string[] | undefined
  /** Results of earlier runs. @default - none: reads every index and asks about every platform */
  readonly remembered?: Remembered | undefined
  /** Milliseconds since the epoch. @default - now */
  readonly now?: number | undefined
  /** @default - reads it from the source */
  readonly readManifest?: ((digest: Digest) => Promise<Manifest>) | undefined
  /** Platforms to query in one run. @default - bounds the time of a run */
  readonly platformsAtOnce?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface FoundArtifacts {
  readonly artifacts: readonly Artifact[]
  /** Artifacts that stay behind, because the target does not get the manifests that they describe. */
  readonly left: readonly Artifact[]
  /** Why the list may be incomplete. */
  readonly warning?: string
  /** Whether all artifacts of a tag's digest and of its platforms are known. */
  isComplete(root: string): boolean
  /** For the next run. */
  readonly remembered: Remembered
  /** Indexes that this run had to read, by digest, up to the size limit for handing on. */
  readonly read: ReadonlyMap<string, Required<Pick<ResolvedTag, 'mediaType' | 'data'>>>
}

export async function findArtifacts(
  source: Source,
  tags: readonly ResolvedTag[],
  options: ArtifactOptions = {},
): Promise<FoundArtifacts> {
  const { available, remembered, replaced = [], now = Date.now(), platformsAtOnce: atOnce, signal } = options
  const readManifest = options.readManifest ?? ((digest) => source.getManifest(digest, signal))
  const gaps = createListingGaps(source.name)
  const reader = createIndexReader(readManifest, remembered?.indexes)
  const { readIndex } = reader
  // The search asks for tags of artifacts alone; a repository may have tens of thousands of others.
  const known = available && new Set(available.filter((tag) => !isImageTag(tag)))
  const search = startSearch(source, { gaps, signal, readIndex, tags: known })
  const roots = new Set(tags.map(({ digest }) => digest))
  // The source knows nothing of indexes that Resolve made.
  const made = new Set(tags.filter(isMade).map(({ digest }) => digest))
  const ofImages = await search.about([...roots].filter((digest) => !made.has(digest)))
  const under = await platformsOf(tags, readIndex, gaps)
  const platforms = [...new Set([...under.values()].flat())].filter((digest) => !roots.has(digest))
  const of = await artifactsOfPlatforms(platforms, {
    search,
    gaps,
    now,
    remembered: remembered?.platforms,
    atOnce,
  })
  const ofIndexes = [...under].flatMap(([index, digests]) =>
    digests.flatMap((digest) => (of.artifacts.get(digest) ?? []).map((one) => partOf(one, index, digest))),
  )
  const left = await search.about(replaced)
  const warning = gaps.warning()
  const indexes = of.all ? reader.used() : { ...remembered?.indexes, ...reader.used() }
  const artifacts = unique([...ofImages, ...ofIndexes])
  return {
    artifacts,
    left: left.filter(({ subject }) => replaced.includes(subject)),
    ...(warning === undefined ? {} : { warning }),
    isComplete: (root) =>
      warning === undefined ||
      ![root, ...(under.get(root) ?? []), ...artifactsOfTags(artifacts, [{ digest: root }])]
        .map((one) => (typeof one === 'string' ? one : one.digest))
        .some(gaps.has),
    remembered: { indexes, platforms: of.remembered },
    read: new Map(
      [...roots].flatMap((digest) => {
        const manifest = reader.manifest(digest)
        if (manifest === undefined || manifest.bytes.length > MAX_HANDED_ON) return []
        const data = Buffer.from(manifest.bytes).toString('base64')
        return [[digest, { mediaType: manifest.mediaType, data }] as const]
      }),
    ),
  }
}

function partOf(artifact: Artifact, index: string, platform: string): Artifact {
  return artifact.subject === platform ? { ...artifact, index } : artifact
}

function unique(artifacts: readonly Artifact[]): Artifact[] {
  const keyOf = ({ digest, subject, tag, index }: Artifact) => [digest, subject, tag, index].join(' ')
  return [...new Map(artifacts.map((one) => [keyOf(one), one])).values()]
}
