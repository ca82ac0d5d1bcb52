/** Writes the report of a run: every pair with its outcome and tags, and the counts. */
import type { Counts, Outcome, Run } from '../contract.ts'
import { keptWarning } from '../diff/kept.ts'
import type { ListNotes, PairReport, SyncResult } from '../documents.ts'
import type { PrunedTag } from '../prune/documents.ts'
import { regionOf } from '../target.ts'
import type { PairOutcome } from './outcomes.ts'
import { type TagDetails, tagsOfPair } from './tags-of-pair.ts'

/** Details of a pair besides its outcome. */
export interface PairDetails extends TagDetails {
  /** Diff's warnings, for a pair without a build. */
  readonly warnings?: readonly string[] | undefined
}

/** Whether the target holds or, in a dry run, would hold all resolved tags. */
export function isWhole({ outcome }: Pick<PairOutcome, 'outcome'>): boolean {
  return outcome !== 'failed' && outcome !== 'deferred'
}

/**
 * Whether the last build's result adds to the outcome. When a source is down, thousands of pairs fail without a build,
 * and Report has no time to look for results that do not exist.
 */
export function needsResult({ outcome, unbuilt = false }: Pick<PairOutcome, 'outcome' | 'unbuilt'>): boolean {
  return (!isWhole({ outcome }) && !unbuilt) || outcome === 'synced'
}

export function needsWarnings(pair: Pick<PairOutcome, 'outcome' | 'warnings' | 'holdsRest'>): boolean {
  const { outcome, warnings = 0, holdsRest = false } = pair
  return (outcome === 'inSync' || holdsRest) && warnings > 0
}

/** Whether Resolve's document adds to the outcome. If Resolve itself failed, the document does not exist. */
export function needsResolved(pair: Pick<PairOutcome, 'outcome' | 'unbuilt' | 'holdsRest'>): boolean {
  return isWhole(pair) || pair.holdsRest === true || pair.unbuilt !== true
}

export function reportPair(
  pair: PairOutcome,
  { resolved, result, kept = [], ...details }: PairDetails,
): PairReport {
  const error = errorOf(pair, result)
  const diff = kept.length === 0 ? [] : [keptWarning(kept, pair.target.id)]
  const own = [...diff, ...(details.warnings ?? result?.warnings ?? [])]
  const region = regionOf(pair.target)
  const warnings = [...new Set([...(resolved?.warnings ?? []), ...own])]
  return {
    image: pair.image,
    target: pair.target.id,
    ...(region === undefined ? {} : { region }),
    repository: pair.repository,
    outcome: pair.outcome,
    ...tagsOfPair({ holdsRest: pair.holdsRest ?? isWhole(pair), resolved, result, kept }),
    bytes: result?.outcome.bytes ?? pair.bytes,
    seconds: result?.outcome.seconds ?? pair.seconds,
    ...(pair.at === undefined ? {} : { at: pair.at }),
    ...(pair.times === undefined ? {} : { times: pair.times }),
    ...(error === undefined ? {} : { error }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(resolved?.notes === undefined ? {} : { notes: resolved.notes }),
  }
}

export interface Tally {
  /** The pairs of one image. */
  add(pairs: readonly PairReport[]): void
  counts(): Counts
}

/** Counts reported pairs, image by image. */
export function startTally({ dryRun }: Run): Tally {
  const of: Record<Outcome, number> = { inSync: 0, synced: 0, deferred: 0, failed: 0, stale: 0, missing: 0 }
  let images = 0
  let pairs = 0
  return {
    add(reported) {
      images += 1
      pairs += reported.length
      for (const { outcome } of reported) of[outcome] += 1
    },
    counts() {
      const { stale, missing, ...counts } = of
      return { images, pairs, ...counts, ...(dryRun ? { stale, missing } : {}) }
    },
  }
}

/** The parts of a report besides its pairs. */
export interface Remarks {
  readonly counts: () => Counts
  /** What was read of lists elsewhere. @default - nothing */
  readonly notes?: ListNotes | undefined
  /** Called after the pairs. */
  readonly notices: () => readonly string[]
  readonly pruned: AsyncIterable<PrunedTag>
}

/** Streams the document of `reportSchema` while its pairs are read, so the counts come last. */
export async function* reportText(
  { name }: Run,
  images: AsyncIterable<readonly PairReport[]>,
  { counts, notes, notices, pruned }: Remarks,
): AsyncGenerator<string> {
  const list = notes === undefined ? '' : `"list":${JSON.stringify(notes)},`
  yield `{"run":${JSON.stringify(name)},${list}"pairs":[`
  let separator = ''
  for await (const pairs of images) {
    if (pairs.length === 0) continue
    yield separator + pairs.map((pair) => JSON.stringify(pair)).join(',')
    separator = ','
  }
  yield ']'
  const said = notices()
  if (said.length > 0) yield `,"notices":${JSON.stringify(said)}`
  yield* prunedText(pruned)
  yield `,"counts":${JSON.stringify(counts())}}`
}

/** Nothing if no tag is unwanted. */
async function* prunedText(pruned: AsyncIterable<PrunedTag>): AsyncGenerator<string> {
  let separator = ',"pruned":['
  for await (const tag of pruned) {
    yield separator + JSON.stringify(tag)
    separator = ','
  }
  if (separator === ',') yield ']'
}

/** Prefers the log in the outcome: if a build was killed, the result is from an earlier build. */
function errorOf({ error }: PairOutcome, result: SyncResult | undefined): PairReport['error'] {
  if (error === undefined) return undefined
  const log = error.log ?? result?.log
  return { name: error.name, message: error.message, ...(log === undefined ? {} : { log }) }
}
