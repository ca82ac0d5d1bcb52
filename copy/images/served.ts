/**
 * Handles tags whose HEAD returns a digest that the source does not have, as stale caches do. The copy then uses the
 * manifest that a GET of the tag returns, because its bytes prove its digest.
 */
import type { ResolvedTag } from '../../mirror/documents.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import type { Repository } from '../../registry/model/registry.ts'
import type { CopyResult } from '../copy.ts'

/**
 * Copies the tag as resolved. If its digest is missing, copies the manifest that the source serves under the tag.
 * @param source - the image's source, if it was opened
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
    const message = `${upstream.name} has no ${tag.digest}, which its HEAD response names for the tag "${tag.sourceTag ?? tag.tag}": copied ${served.digest} instead, which it serves under the tag`
    return { ...result, digest: served.digest, warnings: [...result.warnings, { message }] }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === 'notFound'
}

/** Returns undefined if the tag still points to the resolved digest; a part of the image is missing then. */
async function servedBy(
  source: Repository,
  { tag: name, sourceTag: tag = name, digest, origin, pinned = false }: ResolvedTag,
  signal: AbortSignal | undefined,
): Promise<ResolvedTag | undefined> {
  // Only Resolve decides what the platforms of another manifest are.
  if (tag === undefined || pinned || origin !== undefined) return undefined
  const served = await source.getManifest(tag, signal).catch(() => undefined)
  signal?.throwIfAborted()
  if (served === undefined || served.digest === digest) return undefined
  return { tag: name, digest: served.digest, mediaType: served.mediaType, size: served.bytes.length }
}
