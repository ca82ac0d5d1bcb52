/** Resolves references that pin a digest, which is mirrored wherever the tag points. */
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Select } from '../contract.ts'
import { ErrorName } from '../error-name.ts'
import { describeFailure, namedError } from '../failure.ts'
import { resolvedTag } from './ask-tags.ts'
import { findManifest } from './find-manifest.ts'
import { notFound } from './list-tags.ts'
import type { Resolution } from './resolve-tags.ts'
import type { Source } from './source.ts'

export interface Pin {
  readonly tag?: string | undefined
  readonly digest: string
  /** @default - the digest is mirrored, with a warning */
  readonly ifMoved?: Select['ifMoved']
}

/** Requests the tag first: most pins are up to date, and then one HEAD suffices. */
export async function resolvePinned(
  source: Source,
  { tag, digest, ifMoved }: Pin,
  signal: AbortSignal | undefined,
): Promise<Resolution> {
  if (tag === undefined || ifMoved === 'restore') {
    return resolution(source, tag, await byDigest(source, digest, `has no ${digest}`, signal))
  }
  if (ifMoved === 'skip') {
    const head = await findManifest(source, tag, signal)
    if (head === undefined) throw notFound(`${source.name} has no tag "${tag}"`)
    return head.digest === digest ? resolution(source, tag, head) : { tags: [], failed: [], warnings: [] }
  }
  const behind = await behindTag(source, tag, signal)
  if (typeof behind !== 'string' && behind?.digest === digest) return resolution(source, tag, behind)
  const state = describe(behind, tag)
  const head = await byDigest(source, digest, `has no ${digest}, which the list pins, and ${state}`, signal)
  const warning = `${source.name}: ${state}; the pinned ${digest} is mirrored under it`
  return resolution(source, tag, head, [warning])
}

/** Returns the tag's manifest, or the reason why it cannot be read: a pin does not depend on it. */
async function behindTag(
  source: Source,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<Descriptor | string | undefined> {
  try {
    return await findManifest(source, tag, signal)
  } catch (error) {
    const { name, message } = describeFailure(error)
    if (signal?.aborted || name === ErrorName.RateLimited) throw error
    return message
  }
}

function describe(behind: Descriptor | string | undefined, tag: string): string {
  if (behind === undefined) return `the tag "${tag}" is gone`
  if (typeof behind === 'string') return `the tag "${tag}" cannot be read (${behind})`
  return `the tag "${tag}" now points to ${behind.digest}`
}

async function byDigest(
  source: Source,
  digest: string,
  otherwise: string,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const head = await findManifest(source, digest, signal)
  if (head === undefined) throw notFound(`${source.name} ${otherwise}`)
  if (head.digest === digest) return head
  throw namedError(ErrorName.InvalidImage, `${source.name} returned ${head.digest} when asked for ${digest}`)
}

function resolution(
  source: Source,
  tag: string | undefined,
  head: Descriptor,
  warnings: readonly string[] = [],
): Resolution {
  const resolved = resolvedTag(source, head, tag)
  return { tags: [tag === undefined ? resolved : { ...resolved, pinned: true }], failed: [], warnings }
}
