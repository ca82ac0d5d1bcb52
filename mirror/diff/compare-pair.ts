/**
 * Decides what a pair needs: nothing, a work order for what its target lacks, or a failure that copying cannot mend. The
 * caller opens the target's repository and keeps what comes out.
 */
import { isEcr, type Repository } from '../../registry/model/registry.ts'
import type { PairState } from '../contract.ts'
import type { Artifact, FailedTag, KeptTag, Resolved, WorkOrder } from '../documents.ts'
import { describeFailedTags } from '../failed-tags.ts'
import { reconcileSettings } from '../repositories/reconcile.ts'
import { isEcrTarget } from '../repositories/wanted.ts'
import { findMissing, isInSync, withoutNewer } from './diff.ts'
import { heldBy } from './held.ts'
import { keptWarning } from './kept.ts'
import { makeOrder } from './order.ts'
import { type Refusal, warningsInstead } from './refusals.ts'

export type Pair = Pick<PairState, 'run' | 'image' | 'target' | 'readFrom'>

export interface CompareOptions {
  /** Reads the stored refusals of artifacts. */
  readonly findRefusals: (artifacts: readonly Artifact[]) => Promise<readonly (Refusal | undefined)[]>
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly signal?: AbortSignal | undefined
}

export type Comparison = {
  /** Tags that the target keeps although the source has another digest. */
  readonly kept: readonly KeptTag[]
} & (
  | { readonly status: 'inSync'; readonly warnings: readonly string[] }
  /** Some tags failed in Resolve, and the target holds all others. */
  | {
      readonly status: 'failed'
      readonly warnings: readonly string[]
      readonly error: Pick<FailedTag, 'name' | 'message'>
    }
  /** `missing` if the target has none of the tags. The order carries the warnings. */
  | { readonly status: 'stale' | 'missing'; readonly order: WorkOrder }
)

export async function comparePair(
  pair: Pair,
  resolved: Resolved,
  repository: Repository,
  { findRefusals, now, signal }: CompareOptions,
): Promise<Comparison> {
  const { run, image, target } = pair
  const { keepNewer, select } = image
  const [found, differences] = await Promise.all([
    findMissing(heldBy(repository), resolved, { missingOnly: select.missingOnly, signal }),
    reconcilePair(repository, pair, signal),
  ])
  const { kept } = found
  const warnings = [
    ...(resolved.warnings ?? []),
    ...(kept.length === 0 ? [] : [keptWarning(kept, target.id)]),
    ...differences,
  ]
  const missing =
    keepNewer && isEcr(repository) ? await withoutNewer(repository, found, keepNewer, signal) : found
  const refused = isInSync(missing) ? [] : await warningsInstead(missing, findRefusals, now)
  const { tags, failed = [] } = resolved
  if (refused === undefined && !(run.dryRun && failed.length > 0)) {
    const order = makeOrder(pair, missing, { ...resolved, warnings }, now)
    return { status: missing.all ? 'missing' : 'stale', order, kept }
  }
  const all = { kept, warnings: [...warnings, ...(refused ?? [])] }
  if (failed.length === 0) return { status: 'inSync', ...all }
  return { status: 'failed', error: describeFailedTags(failed, tags.length + failed.length), ...all }
}

/** How the settings of the repository differ from the list, after what may be changed is changed. */
async function reconcilePair(
  repository: Repository,
  { run: { dryRun }, image: { settings }, target }: Pair,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  if (!isEcr(repository) || !isEcrTarget(target)) return []
  return reconcileSettings(repository, settings.repositories, target, { dryRun, signal })
}
