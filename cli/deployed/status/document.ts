/** The document of `status --json`, from the state of the mirror and its latest executions. */
import pMap from 'p-map'
import { z } from 'zod'
import { STATE_PREFIX } from '../../../mirror/keys.ts'
import { type PairState, stateRecordSchema } from '../../../mirror/state/record.ts'
import type { Documents } from '../aws/documents.ts'
import type { Deployed } from '../aws/with-mirror.ts'

const timeSchema = z.iso.datetime()

export const statusSchema = z.strictObject({
  mirror: z.strictObject({ stack: z.string(), account: z.string(), region: z.string() }),
  /** The most recent first. */
  runs: z.array(
    z.strictObject({
      run: z.string(),
      status: z.string(),
      started: timeSchema,
      ended: timeSchema.optional(),
    }),
  ),
  /** Of all pairs that have a record. */
  counts: z.strictObject({ pairs: z.int(), good: z.int(), failing: z.int() }),
  /** When the pair that has waited longest was last in sync. @default - no pair has been in sync */
  oldest: z.strictObject({ image: z.string(), target: z.string(), good: timeSchema }).optional(),
  /** Pairs whose last outcome is `failed` or `deferred`, those that wait longest first. */
  failing: z.array(
    z.strictObject({
      image: z.string(),
      target: z.string(),
      outcome: z.string(),
      since: timeSchema,
      /** @default - never */
      good: timeSchema.optional(),
      error: z.strictObject({ name: z.string(), message: z.string() }).optional(),
    }),
  ),
})
export type Status = z.infer<typeof statusSchema>

const RUNS = 5
const PARALLEL_READS = 8

export async function readStatus({ mirror, executions, documents }: Deployed): Promise<Status> {
  const { stack, account, region } = mirror
  const runs = await executions.recent(RUNS)
  const status: Status = {
    mirror: { stack, account, region },
    runs: runs.map(({ run, status, started, ended }) => ({
      run,
      status,
      started: started.toISOString(),
      ...(ended === undefined ? {} : { ended: ended.toISOString() }),
    })),
    counts: { pairs: 0, good: 0, failing: 0 },
    failing: [],
  }
  await readPairs(await documents(), (image, target, state) => addPair(status, image, target, state))
  status.failing.sort((a, b) => a.since.localeCompare(b.since))
  return status
}

/** Keeps one record at a time per reader, because a mirror may have ten thousand of them. */
async function readPairs(
  documents: Documents,
  take: (image: string, target: string, state: PairState) => void,
): Promise<void> {
  await pMap(
    recordKeys(documents),
    async (key) => {
      const record = await documents.find(key, stateRecordSchema)
      for (const [target, { images }] of Object.entries(record?.targets ?? {}))
        for (const [image, state] of Object.entries(images)) take(image, target, state)
    },
    { concurrency: PARALLEL_READS },
  )
}

async function* recordKeys(documents: Documents): AsyncGenerator<string> {
  for await (const key of documents.keys(STATE_PREFIX)) if (key.endsWith('/_state.json')) yield key
}

function addPair(status: Status, image: string, target: string, { outcome, good, failing }: PairState): void {
  const { counts, oldest } = status
  counts.pairs += 1
  if (failing === undefined) counts.good += 1
  else {
    counts.failing += 1
    const { since, error } = failing
    status.failing.push({
      image,
      target,
      outcome,
      since,
      ...(good === undefined ? {} : { good }),
      ...(error === undefined ? {} : { error: { name: error.name, message: error.message } }),
    })
  }
  if (good !== undefined && (oldest === undefined || good < oldest.good))
    status.oldest = { image, target, good }
}
