/** Reads a run's results from the work bucket: the ends of its child executions, and the details of its pairs. */

import { pMapIterable } from 'p-map'
import { type ImageEnd, imageItemSchema, type ReportInput, type Run } from '../mirror/contract.ts'
import {
  type KeptTag,
  keptSchema,
  type PairReport,
  type Resolved,
  resolvedSchema,
  type SyncResult,
  syncResultSchema,
  warningsSchema,
} from '../mirror/documents.ts'
import { keptKey, planKey, resolvedKey, resultKey, warningsKey } from '../mirror/keys.ts'
import { endOfSucceeded, endOfUnfinished, manifestSchema } from '../mirror/report/map-results.ts'
import { outcomesOf, type PairOutcome, type PlannedImage, plannedImage } from '../mirror/report/outcomes.ts'
import { needsResolved, needsResult, needsWarnings, reportPair } from '../mirror/report/report.ts'
import type { WorkBucket } from '../store/work-bucket.ts'

export interface ResultReader {
  readonly store: WorkBucket
  /** Receives irregularities that do not prevent the report. */
  readonly onOddity: (what: string, details: Record<string, unknown>) => void
}

/** Number of images whose documents are read at a time. */
const PARALLEL_READS = 32

/**
 * Yields the pairs of each image in the order of the plan, with outcomes, tags and details of the last build.
 * @param keep - called with the pairs of several images at a time, before they are yielded
 */
export async function* readImages(
  input: ReportInput,
  reader: ResultReader,
  keep: (pairs: readonly PairReport[]) => Promise<void>,
): AsyncGenerator<readonly PairReport[]> {
  const planned = await readPlan(input, reader)
  const ends = await readEnds(input, reader)
  yield* pMapIterable(
    planned,
    async (image) => {
      const outcomes = outcomesOf(image, ends.get(image.id))
      ends.delete(image.id)
      const pairs = await readDetails(outcomes, input.run, reader)
      await keep(pairs)
      return pairs
    },
    { concurrency: PARALLEL_READS },
  )
}

async function readPlan({ run }: ReportInput, { store }: ResultReader): Promise<readonly PlannedImage[]> {
  const planned: PlannedImage[] = []
  for await (const item of store.readElements(planKey(run.name))) {
    planned.push(plannedImage(imageItemSchema.parse(item)))
  }
  return planned
}

/** Returns the ends of all child executions, by image id. */
async function readEnds(
  { items, map: { ResultWriterDetails } }: ReportInput,
  reader: ResultReader,
): Promise<Map<string, ImageEnd>> {
  if (items.count === 0) return new Map()
  if (ResultWriterDetails === undefined) throw new Error('the Map returned no location of its results')
  const { ResultFiles } = await reader.store.readJson(ResultWriterDetails.Key, manifestSchema)
  const files = [
    ...ResultFiles.SUCCEEDED.map(({ Key }) => ({ Key, endOf: endOfSucceeded })),
    ...[...ResultFiles.FAILED, ...ResultFiles.PENDING].map(({ Key }) => ({ Key, endOf: endOfUnfinished })),
  ]
  const ends = new Map<string, ImageEnd>()
  for (const { Key, endOf } of files) {
    for await (const result of reader.store.readElements(Key)) {
      const end = endOf(result)
      if (end === undefined)
        reader.onOddity('skipped a child execution result in an unknown format', { key: Key, result })
      else ends.set(end.id, end)
    }
  }
  return ends
}

async function readDetails(
  pairs: readonly PairOutcome[],
  run: Run,
  reader: ResultReader,
): Promise<readonly PairReport[]> {
  const resolved = await findResolved(pairs, run, reader)
  const reports: PairReport[] = []
  for (const pair of pairs) {
    const result = await findResult(pair, run, reader)
    const warnings = await findWarnings(pair, run, reader)
    reports.push(reportPair(pair, { resolved, result, warnings, kept: await findKept(pair, run, reader) }))
  }
  return reports
}

async function findResolved(
  group: readonly PairOutcome[],
  run: Run,
  reader: ResultReader,
): Promise<Resolved | undefined> {
  const pair = group.find(needsResolved)
  return (
    pair && find(reader, resolvedKey(run.name, pair.id), (key) => reader.store.findJson(key, resolvedSchema))
  )
}

async function findResult(
  pair: PairOutcome,
  run: Run,
  reader: ResultReader,
): Promise<SyncResult | undefined> {
  if (!needsResult(pair)) return undefined
  const key = resultKey(run.name, pair.id, pair.target)
  return find(reader, key, (at) => reader.store.findJson(at, syncResultSchema))
}

async function findWarnings(
  pair: PairOutcome,
  run: Run,
  reader: ResultReader,
): Promise<readonly string[] | undefined> {
  if (!needsWarnings(pair)) return undefined
  const key = warningsKey(run.name, pair.id, pair.target)
  return find(reader, key, (at) => reader.store.findJson(at, warningsSchema))
}

async function findKept(
  pair: PairOutcome,
  run: Run,
  reader: ResultReader,
): Promise<readonly KeptTag[] | undefined> {
  if (pair.missingOnly !== true) return undefined
  const key = keptKey(run.name, pair.id, pair.target)
  return find(reader, key, (at) => reader.store.findJson(at, keptSchema))
}

/** An optional document must not prevent the report. */
async function find<T>(reader: ResultReader, key: string, read: (key: string) => Promise<T | undefined>) {
  try {
    return await read(key)
  } catch (error) {
    reader.onOddity('failed to read a document of the run', { key, error })
    return undefined
  }
}
