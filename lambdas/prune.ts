/**
 * Prune: deletes tags that we mirrored and that neither the list nor the source wants any more, for each repository of the
 * run (mirror/prune/decide.ts). Writes what it did after each repository, so that a lost function leaves no deletion
 * unreported.
 */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import pMap, { pMapIterable } from 'p-map'
import * as z from 'zod'
import type { Run } from '../mirror/contract.ts'
import { heldBy } from '../mirror/diff/held.ts'
import { resolvedSchema } from '../mirror/documents.ts'
import { pruneEnvSchema } from '../mirror/environment.ts'
import { describeFailure, isRegistryError } from '../mirror/failure.ts'
import { prunedKey, prunedSummaryKey, pruneKey, resolvedKey, stateKey } from '../mirror/keys.ts'
import { surplusBackups } from '../mirror/prune/backups.ts'
import { type Decision, decide, type EntryFacts } from '../mirror/prune/decide.ts'
import { type Deletion, deleteDue } from '../mirror/prune/delete.ts'
import {
  type PrunedPlace,
  type PrunedTag,
  type PruneInput,
  type PruneOutput,
  prunedPlaceSchema,
  prunedTagSchema,
  pruneInputSchema,
} from '../mirror/prune/documents.ts'
import { factsOf } from '../mirror/prune/facts.ts'
import { marked } from '../mirror/prune/mark.ts'
import { type StateRecord, stateRecordSchema, type TargetState } from '../mirror/state/record.ts'
import { openTarget, type Target, type TargetAccess } from '../mirror/target.ts'
import { readCredentials } from '../registry/credentials/secret.ts'
import { createRegistries } from '../registry/open.ts'
import { openWorkBucket, type WorkBucket } from '../store/work-bucket.ts'
import { beforeTimeout, checkedInput, createLogger, shortErrors } from './middleware.ts'
import { RETRY_POLICY } from './retry-policy.ts'

export interface PruneDependencies extends TargetAccess {
  readonly store: WorkBucket
  readonly now: () => Date
  /** Whether the function has time for another repository; if not, the next run prunes it. */
  readonly hasTime: () => boolean
  readonly onOddity: (what: string, details: Record<string, unknown>) => void
}

const PARALLEL_REPOSITORIES = 8
const PARALLEL_TARGETS = 4

export async function prune(
  { run }: PruneInput,
  dependencies: PruneDependencies,
  signal?: AbortSignal,
): Promise<PruneOutput> {
  const counts = { deleted: 0, refused: 0, waiting: 0 }
  const places = pMapIterable(
    numbered(dependencies.store.readElements(pruneKey(run.name))),
    ({ index, place }) => prunePlace(place, index, { run, signal, ...dependencies }),
    { concurrency: PARALLEL_REPOSITORIES },
  )
  for await (const tags of places) {
    for (const { status } of tags) counts[COUNTED[status]]++
  }
  await dependencies.store.writeJson(prunedSummaryKey(run.name), counts)
  return counts
}

const COUNTED = {
  deleted: 'deleted',
  wouldDelete: 'deleted',
  refused: 'refused',
  held: 'refused',
  changed: 'refused',
  waits: 'waiting',
} as const satisfies Record<PrunedTag['status'], keyof PruneOutput>

async function* numbered(elements: AsyncIterable<unknown>) {
  let index = 0
  for await (const element of elements) yield { index: index++, place: prunedPlaceSchema.parse(element) }
}

interface Parts extends PruneDependencies {
  readonly run: Run
  readonly signal: AbortSignal | undefined
}

async function prunePlace(place: PrunedPlace, index: number, parts: Parts): Promise<readonly PrunedTag[]> {
  const { run, store, onOddity, hasTime } = parts
  const { repository, targets, entries } = place
  if (!hasTime()) return []
  try {
    const record = await store.findJson(stateKey(repository), stateRecordSchema)
    if (record === undefined) return []
    const facts = await Promise.all(entries.map((entry) => readFacts(entry, parts)))
    const ends = await pMap(targets, (target) => pruneTarget(target, place, { record, facts, ...parts }), {
      concurrency: PARALLEL_TARGETS,
    })
    const tags = ends.flatMap((end) => end.tags)
    await keepPruned(prunedKey(run.name, index), tags, parts)
    if (!run.dryRun) await keepMarks(record, ends, parts)
    return tags
  } catch (error) {
    onOddity('failed to prune a repository', { repository, error })
    return []
  }
}

async function readFacts(entry: PrunedPlace['entries'][number], { run, store }: Parts): Promise<EntryFacts> {
  const { id } = entry
  const resolved =
    id === undefined ? undefined : await store.findJson(resolvedKey(run.name, id), resolvedSchema)
  return factsOf(entry, resolved)
}

interface TargetEnd {
  readonly target: Target
  readonly seen: TargetState
  readonly decision: Decision
  readonly forgotten: Deletion['forgotten']
  readonly tags: readonly PrunedTag[]
}

async function pruneTarget(
  target: Target,
  { repository, entries }: PrunedPlace,
  parts: Parts & { readonly record: StateRecord; readonly facts: readonly EntryFacts[] },
): Promise<TargetEnd> {
  const { run, record, facts, now, signal } = parts
  const seen = record.targets[target.id] ?? { tags: {} }
  const found = decide(seen.tags, facts, now())
  const decision = { ...found, due: [...found.due, ...surplusBackups(seen, entries)] }
  const about = { target: target.id, repository }
  const others = [
    ...decision.waits.map(({ due, ...one }) => ({ ...about, ...one, status: 'waits' as const, note: due })),
    ...decision.held.map(({ due: _, ...one }) => ({
      ...about,
      ...one,
      status: 'held' as const,
      note: `${decision.held.length} tags are due, and "prune.share" allows ${decision.limit} at once`,
    })),
  ]
  const { tags, forgotten } = await attemptToDelete(target, record.repository, decision, {
    ...parts,
    dryRun: run.dryRun,
    signal,
  })
  return {
    target,
    seen,
    decision,
    forgotten,
    tags: [...tags.map((tag) => ({ ...about, ...tag })), ...others],
  }
}

/** A target that cannot be reached keeps its tags, and says why. */
async function attemptToDelete(
  target: Target,
  repository: string,
  { due }: Decision,
  { dryRun, signal, onOddity, ...access }: Parts & { readonly dryRun: boolean },
): Promise<Deletion> {
  if (due.length === 0) return { tags: [], forgotten: new Set() }
  try {
    const opened = await openTarget(target, repository, access)
    const { tagDigests } = heldBy(opened)
    return await deleteDue({ tagDigests, deleteTags: opened.deleteTags }, due, { dryRun, signal })
  } catch (error) {
    signal?.throwIfAborted()
    onOddity('failed to delete tags', { target: target.id, repository, error })
    const note = isRegistryError(error, 'notFound')
      ? 'the repository does not exist'
      : describeFailure(error).message
    const tags = due.map(({ due: _, ...one }) => ({ ...one, status: 'refused' as const, note }))
    return { tags, forgotten: new Set() }
  }
}

/** A retry of the function finds less to delete than the first attempt, whose deletions stay in the report. */
async function keepPruned(
  key: string,
  tags: readonly PrunedTag[],
  { store, onOddity }: Parts,
): Promise<void> {
  if (tags.length === 0) return
  await store.updateJson(key, z.array(prunedTagSchema), {
    change: (stored = []) => [...stored.filter(({ status }) => status === 'deleted'), ...tags],
    onUnreadable: (error) => onOddity('replaced an unreadable document', { key, error }),
  })
}

async function keepMarks(
  { repository }: StateRecord,
  ends: readonly TargetEnd[],
  { store, onOddity }: Parts,
): Promise<void> {
  const key = stateKey(repository)
  const change = (stored: StateRecord | undefined): StateRecord | undefined => {
    if (stored === undefined) return undefined
    const targets = ends.flatMap(({ target, seen, decision, forgotten }): [string, TargetState][] => {
      const state = stored.targets[target.id]
      return state === undefined ? [] : [[target.id, marked(state, seen, decision, forgotten)]]
    })
    return { ...stored, targets: { ...stored.targets, ...Object.fromEntries(targets) } }
  }
  await store.updateJson(key, stateRecordSchema, {
    change: (stored) => {
      const next = change(stored)
      return JSON.stringify(next) === JSON.stringify(stored) ? undefined : next
    },
    onUnreadable: (error) => onOddity('found an unreadable record of the state', { key, error }),
  })
}

/** Left for the last repository, and for the report of it. */
const RESERVE_MS = 60_000

const env = pruneEnvSchema.parse(process.env)
const logger = createLogger()
const shared = {
  store: openWorkBucket(env.WORK_BUCKET),
  registries: createRegistries({ retry: RETRY_POLICY }),
  readCredentials,
  now: () => new Date(),
  onOddity: (what: string, details: Record<string, unknown>) => logger.warn(what, details),
}

export const handler = middy(
  async (input: PruneInput, context: Context, { signal }: { signal: AbortSignal }) => {
    const hasTime = () => context.getRemainingTimeInMillis() > RESERVE_MS
    const output = await prune(input, { ...shared, hasTime }, signal)
    logger.info('pruned', { ...output })
    return output
  },
  beforeTimeout,
)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(checkedInput(pruneInputSchema, logger, ({ run }) => ({ run: run.name })))
  .use(shortErrors(logger))
