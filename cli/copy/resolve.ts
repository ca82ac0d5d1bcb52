/** What a copy by hand copies: the tags behind the source's reference, and what travels with them. */

import type { LooseTags } from '../../copy/order.ts'
import type { Artifact, FailedTag, ResolvedTag } from '../../mirror/documents.ts'
import { type ArtifactOptions, findArtifacts } from '../../mirror/resolve/artifacts.ts'
import { isImageTag } from '../../mirror/resolve/image-tags.ts'
import { listTags, notFound } from '../../mirror/resolve/list-tags.ts'
import { resolvePinned } from '../../mirror/resolve/pin.ts'
import { type Resolution, resolveSome, resolveTags } from '../../mirror/resolve/resolve-tags.ts'
import type { Manifest } from '../../registry/model/manifest.ts'
import type { Digest, ImageRef } from '../../registry/model/reference.ts'
import type { Repository } from '../../registry/model/registry.ts'
import { NO_LOOSE_TAGS, resolveLooseTags } from './loose-tags.ts'

export interface Wanted {
  readonly tags: readonly ResolvedTag[]
  /** Tags that the source lists or was asked for, and does not deliver. */
  readonly failed: readonly FailedTag[]
  /** What people should know although nothing failed. */
  readonly warnings: readonly string[]
  /** Being looked for: the image's own content need not wait for it. */
  readonly artifacts: Promise<Artifacts>
  /** The rest of a copy of all tags, known once the artifacts are. */
  readonly loose: Promise<LooseTags>
}

export interface Artifacts {
  readonly found: readonly Artifact[]
  /** Why there may be more than were found. */
  readonly warning?: string
}

export interface ResolveOptions {
  readonly allTags: boolean
  readonly artifacts: boolean
  /** Reads an index, for its platforms. @default - from the source */
  readonly readIndex?: (digest: Digest) => Promise<Manifest>
}

export async function resolveSource(
  source: Repository,
  ref: ImageRef,
  { readIndex, ...options }: ResolveOptions,
  signal: AbortSignal,
): Promise<Wanted> {
  const available = options.allTags ? await listTags(source, signal) : undefined
  const { tags, failed, warnings } = await resolve(source, ref, available, signal)
  const artifacts = options.artifacts
    ? lookForArtifacts(source, tags, { available, readManifest: readIndex, signal })
    : Promise.resolve({ found: [] })
  // Handles a rejection that nothing awaits yet. Those who await it later still receive it.
  artifacts.catch(() => {})
  const loose = artifacts.then(({ found }) =>
    options.artifacts && available !== undefined
      ? resolveLooseTags(source, available, { tags, artifacts: found }, signal)
      : NO_LOOSE_TAGS,
  )
  loose.catch(() => {})
  return { tags, failed, warnings, artifacts, loose }
}

/** All images of the repository, where its tags were asked for. */
async function resolve(
  source: Repository,
  { tag, digest }: ImageRef,
  available: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Resolution> {
  if (digest !== undefined) return resolvePinned(source, { tag, digest }, signal)
  const exact = tag === undefined ? [] : [tag]
  const found = available?.filter(isImageTag).sort() ?? []
  if (exact.length + (available?.length ?? 0) === 0) throw notFound(`${source.name} has no tags`)
  // Of all tags, those that are no images may be left.
  const ask = available === undefined ? resolveTags : resolveSome
  return ask(source, { exact, found }, { available, signal })
}

/** Who asks for the image itself, which everything else waits for. */
function othersFirst(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function lookForArtifacts(
  source: Repository,
  tags: readonly ResolvedTag[],
  options: ArtifactOptions,
): Promise<Artifacts> {
  await othersFirst()
  const { artifacts, warning } = await findArtifacts(source, tags, options)
  return { found: artifacts, ...(warning === undefined ? {} : { warning }) }
}
