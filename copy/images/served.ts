/**
 * Tags whose HEAD names a digest that the source does not have, as caches in front of registries do. What a GET of the
 * tag serves is the image then: its bytes prove their digest, and a header proves nothing.
 */
import type { ResolvedTag } from '../../mirror/documents.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import type { Repository } from '../../registry/model/registry.ts'
import type { CopyResult } from '../copy.ts'

/**
 * Copies the tag as it was resolved, or else as the source serves it.
 * @param source - the image's own source, where it was read
 */
export async function copyServed(
  tag: ResolvedTag,
  copy: (tag: ResolvedTag) => Promise<CopyResult>,
  source: () => Repository | undefined,
  signal?: AbortSignal,
): Promise<CopyResult> {
  try {
    return await copy(tag)
  } catch (error) {
    const upstream = source()
    const served = upstream && isMissing(error) ? await servedBy(upstream, tag, signal) : undefined
    if (upstream === undefined || served === undefined) throw error
    const result = await copy(served)
    const message = `${upstream.name} has no ${tag.digest}, which it names for the tag "${tag.tag}": ${served.digest} was copied, which it serves under the tag`
    return { ...result, digest: served.digest, warnings: [...result.warnings, { message }] }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === 'notFound'
}

/** Undefined where the tag leads to what was resolved: then it is a part of the image that is missing. */
async function servedBy(
  source: Repository,
  { tag, digest, pinned = false }: ResolvedTag,
  signal: AbortSignal | undefined,
): Promise<ResolvedTag | undefined> {
  if (tag === undefined || pinned) return undefined
  const served = await source.getManifest(tag, signal).catch(() => undefined)
  signal?.throwIfAborted()
  if (served === undefined || served.digest === digest) return undefined
  return { tag, digest: served.digest, mediaType: served.mediaType, size: served.bytes.length }
}
