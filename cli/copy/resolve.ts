/** Resolves the source of a `copy` command to tags and artifacts. */

import type { LooseTags } from '../../copy/order.ts'
import type { Artifact, FailedTag, ResolvedTag } from '../../mirror/documents.ts'
import { chooseTags } from '../../mirror/platforms/choose-tags.ts'
import { leftBehind } from '../../mirror/platforms/left-behind.ts'
import { type ArtifactOptions, findArtifacts } from '../../mirror/resolve/artifacts.ts'
import { isImageTag } from '../../mirror/resolve/image-tags.ts'
import { listTags, notFound } from '../../mirror/resolve/list-tags.ts'
import { resolvePinned } from '../../mirror/resolve/pin.ts'
import { type Resolution, resolveSome, resolveTags } from '../../mirror/resolve/resolve-tags.ts'
import type { Manifest } from '../../registry/model/manifest.ts'
import type { Digest, ImageRef } from '../../registry/model/reference.ts'
import type { Repository } from '../../registry/model/registry.ts'
import type { CopyOptions } from './command.ts'
import { NO_LOOSE_TAGS, resolveLooseTags } from './loose-tags.ts'

export interface Wanted {
  /** The source, which also serves the indexes that were made of some platforms. */
  readonly source: Repository
  readonly tags: readonly ResolvedTag[]
  /** Requested or listed tags that the source does not deliver. */
  readonly failed: readonly FailedTag[]
  /** Problems that do not fail the copy. */
  readonly warnings: readonly string[]
  /** A promise, because the image's own content can be copied before the artifacts are known. */
  readonly artifacts: Promise<Artifacts>
  /** The remaining tags of a copy of all tags, which depend on the artifacts. */
  readonly loose: Promise<LooseTags>
}

export interface Artifacts {
  readonly found: readonly Artifact[]
  /** Why the artifacts may be incomplete. */
  readonly warning?: string
}

export interface ResolveOptions extends Pick<CopyOptions, 'platforms' | 'as'> {
  readonly allTags: boolean
  readonly artifacts: boolean
  /** Reads an index for its platforms. @default - from the source */
  readonly readIndex?: (digest: Digest) => Promise<Manifest>
}

export async function resolveSource(
  source: Repository,
  ref: ImageRef,
  { readIndex, platforms, as, ...options }: ResolveOptions,
  signal: AbortSignal,
): Promise<Wanted> {
  const available = options.allTags ? await listTags(source, signal) : undefined
  const { warnings, ...resolved } = await resolve(source, ref, available, signal)
  const form = { ...(platforms && { platforms: [...platforms] }), ...(as && { as }) }
  const chosen = await chooseTags(source, resolved, form, { signal })
  const { tags, failed, replaced } = chosen
  const readManifest = platforms === undefined ? readIndex : undefined
  const artifacts = options.artifacts
    ? lookForArtifacts(chosen.source, tags, { available, replaced, readManifest, signal })
    : Promise.resolve({ found: [] })
  // Handles a rejection before the awaiting code receives it.
  artifacts.catch(() => {})
  // With chosen platforms, most of these tags are about manifests that are not copied.
  const wantsLoose = options.artifacts && platforms === undefined
  const loose = artifacts.then(({ found }) =>
    wantsLoose && available !== undefined
      ? resolveLooseTags(source, available, { tags, artifacts: found }, signal)
      : NO_LOOSE_TAGS,
  )
  loose.catch(() => {})
  return { source: chosen.source, tags, failed, warnings, artifacts, loose }
}

/** Resolves the reference, or all image tags if `available` is given. */
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
  // A repository may have no image tags but still other tags to copy.
  const ask = available === undefined ? resolveTags : resolveSome
  return ask(source, { exact, found }, { available, signal })
}

/** Lets requests for the image itself go first, because the copy depends on them. */
function othersFirst(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function lookForArtifacts(
  source: Repository,
  tags: readonly ResolvedTag[],
  options: ArtifactOptions,
): Promise<Artifacts> {
  await othersFirst()
  const { artifacts, left, warning } = await findArtifacts(source, tags, options)
  const warnings = [...leftBehind(source.name, left), ...(warning === undefined ? [] : [warning])]
  return { found: artifacts, ...(warnings.length === 0 ? {} : { warning: warnings.join('; ') }) }
}
