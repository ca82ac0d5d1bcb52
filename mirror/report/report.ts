/** The report of a run: every pair with its outcome and its tags, and how many there are of each. */
import type { Counts, Outcome, Run } from '../contract.ts'
import type { PairReport, Resolved, SyncResult } from '../documents.ts'
import type { PairOutcome } from './outcomes.ts'

/** What is known of a pair beside its outcome. */
export interface PairDetails {
  readonly resolved?: Resolved | undefined
  /** What its last build wrote. */
  readonly result?: SyncResult | undefined
  /** What Diff wrote, of a pair that got no build. */
  readonly warnings?: readonly string[] | undefined
}

/** Whether the target holds, or in a dry run would hold, all that was resolved. */
export function isWhole({ outcome }: Pick<PairOutcome, 'outcome'>): boolean {
  return outcome !== 'failed' && outcome !== 'deferred'
}

/**
 * Whether the last build's result can say more of a pair than its outcome does. When a source is down, thousands of
 * pairs fail without a build: to ask for results that nobody wrote would take Report longer than it has.
 */
export function needsResult(pair: Pick<PairOutcome, 'outcome' | 'warnings' | 'unbuilt'>): boolean {
  const { outcome, warnings = 0, unbuilt = false } = pair
  return (!isWhole({ outcome }) && !unbuilt) || (outcome === 'synced' && warnings > 0)
}

export function needsWarnings({ outcome, warnings = 0 }: Pick<PairOutcome, 'outcome' | 'warnings'>): boolean {
  return outcome === 'inSync' && warnings > 0
}

export function reportPair(pair: PairOutcome, { resolved, result, ...details }: PairDetails): PairReport {
  const error = errorOf(pair, result)
  const warnings = details.warnings ?? result?.warnings ?? []
  return {
    image: pair.image,
    region: pair.region,
    repository: pair.repository,
    outcome: pair.outcome,
    tags: tagsAt(pair.outcome, { resolved, result }),
    bytes: result?.outcome.bytes ?? pair.bytes,
    seconds: result?.outcome.seconds ?? pair.seconds,
    ...(error === undefined ? {} : { error }),
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
  }
}

export interface Tally {
  /** The pairs of one image. */
  add(pairs: readonly PairReport[]): void
  counts(): Counts
}

/** Counts what is reported, image by image. */
export function startTally({ dryRun }: Run): Tally {
  const of: Record<Outcome, number> = { inSync: 0, synced: 0, deferred: 0, failed: 0, stale: 0 }
  let images = 0
  let pairs = 0
  return {
    add(reported) {
      images += 1
      pairs += reported.length
      for (const { outcome } of reported) of[outcome] += 1
    },
    counts() {
      const { stale, ...counts } = of
      return { images, pairs, ...counts, ...(dryRun ? { stale } : {}) }
    },
  }
}

/** The document that `reportSchema` describes, written while its pairs are found out: the counts come last. */
export async function* reportText(
  { name }: Run,
  images: AsyncIterable<readonly PairReport[]>,
  counts: () => Counts,
): AsyncGenerator<string> {
  yield `{"run":${JSON.stringify(name)},"pairs":[`
  let separator = ''
  for await (const pairs of images) {
    if (pairs.length === 0) continue
    yield separator + pairs.map((pair) => JSON.stringify(pair)).join(',')
    separator = ','
  }
  yield `],"counts":${JSON.stringify(counts())}}`
}

/** The outcome knows the log of a build that was killed, whose result is of the build before it. */
function errorOf({ error }: PairOutcome, result: SyncResult | undefined): PairReport['error'] {
  if (error === undefined) return undefined
  const log = error.log ?? result?.log
  return { name: error.name, message: error.message, ...(log === undefined ? {} : { log }) }
}

/** The tags that are known to be in the target; in a dry run, those that would be. */
function tagsAt(outcome: Outcome, { resolved, result }: PairDetails): PairReport['tags'] {
  const there = isWhole({ outcome })
    ? (resolved?.tags ?? [])
    : (result?.tags.filter(({ status }) => status === 'copied' || status === 'present') ?? [])
  return there.map(({ tag, digest }) => ({ ...(tag === undefined ? {} : { tag }), digest }))
}
