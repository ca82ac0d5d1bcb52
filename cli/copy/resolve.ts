/** What a copy by hand copies: the tags behind the source's reference, and what travels with them. */

import type { Artifact, ResolvedTag } from '../../mirror/documents.ts'
import { findArtifacts } from '../../mirror/resolve/artifacts.ts'
import { isImageTag } from '../../mirror/resolve/image-tags.ts'
import { listTags, notFound, resolvePinned, resolveTags } from '../../mirror/resolve/resolve-tags.ts'
import { RegistryError, type RegistryErrorKind } from '../../registry/model/errors.ts'
import type { ImageRef } from '../../registry/model/reference.ts'
import type { Repository } from '../../registry/model/registry.ts'

export interface Wanted {
  readonly tags: readonly ResolvedTag[]
  /** Being looked for: the image's own content need not wait for it. */
  readonly artifacts: Promise<Artifacts>
}

export interface Artifacts {
  readonly found: readonly Artifact[]
  /** Why there may be more than were found. */
  readonly warning?: string
}

export interface ResolveOptions {
  readonly allTags: boolean
  readonly artifacts: boolean
}

/** The manifest, the referrers, and cosign's three tags. */
const QUESTIONS = 5

/** Answers that say nothing of the image: a registry that will not talk about artifacts has none for us. */
const UNTOLD: readonly RegistryErrorKind[] = ['unauthorized', 'refused', 'unsupported', 'invalidContent']

export async function resolveSource(
  source: Repository,
  ref: ImageRef,
  options: ResolveOptions,
  signal: AbortSignal,
): Promise<Wanted> {
  // For what is asked as soon as the digest is known.
  source.warm(QUESTIONS)
  const available = options.allTags ? await listTags(source, signal) : undefined
  const tags = await resolve(source, ref, available, signal)
  const artifacts = options.artifacts
    ? lookForArtifacts(source, tags, available, signal)
    : Promise.resolve({ found: [] })
  // Whoever waits for it is told; nobody may be, by then.
  artifacts.catch(() => {})
  return { tags, artifacts }
}

/** All images of the repository, where its tags were asked for. */
async function resolve(
  source: Repository,
  { tag, digest }: ImageRef,
  available: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<readonly ResolvedTag[]> {
  if (digest !== undefined) return resolvePinned(source, { tag, digest }, signal)
  const exact = tag === undefined ? [] : [tag]
  const found = available?.filter(isImageTag).sort() ?? []
  if (exact.length + found.length === 0) throw notFound(`${source.name} has no tags`)
  return resolveTags(source, { exact, found }, available, signal)
}

/** Who asks for the image itself, which everything else waits for. */
function othersFirst(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function lookForArtifacts(
  source: Repository,
  tags: readonly ResolvedTag[],
  available: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Artifacts> {
  try {
    await othersFirst()
    return { found: await findArtifacts(source, tags, available, signal) }
  } catch (error) {
    if (!(error instanceof RegistryError) || !UNTOLD.includes(error.kind)) throw error
    const warning = `${source.name} does not tell which signatures and other artifacts there are: ${error.message}`
    return { found: [], warning }
  }
}
