/** Reads what a report says besides its pairs: the notices of Plan, and what Prune did. */
import * as z from 'zod'
import type { Run } from '../mirror/contract.ts'
import { NOTICES_KEY, noticesKey, prunedPrefix, prunedSummaryKey, pruneKey } from '../mirror/keys.ts'
import { newNotices, noticesSchema, saidSchema } from '../mirror/plan/notices.ts'
import { type PrunedTag, prunedTagSchema } from '../mirror/prune/documents.ts'
import type { ResultReader } from './run-results.ts'

/** Never throws, because notices must not prevent the report. An entry that has expired is mentioned in one report. */
export async function readNotices(run: Run, reader: ResultReader): Promise<readonly string[]> {
  const { store, onOddity } = reader
  try {
    const found = (await store.findJson(noticesKey(run.name), noticesSchema)) ?? []
    let due = found
    if (!run.dryRun && found.some(({ expired }) => expired)) {
      await store.updateJson(NOTICES_KEY, saidSchema, {
        change: (said = {}) => {
          const next = newNotices(found, said)
          due = next.notices
          return next.said
        },
        onUnreadable: (error) => onOddity('replaced the unreadable record of notices', { error }),
      })
    }
    return [...due.map(({ text }) => text), ...(await pruneNotices(run, reader))]
  } catch (error) {
    onOddity('failed to read the notices of the run', { error })
    return []
  }
}

/** Prune was lost before its end. */
async function pruneNotices({ name }: Run, { store }: ResultReader): Promise<string[]> {
  const ended = await store.findJson(prunedSummaryKey(name), z.unknown())
  if (ended !== undefined) return []
  for await (const _ of store.readElements(pruneKey(name))) {
    return ['Pruning did not end; the next run continues with it. The log of the function Prune says why.']
  }
  return []
}

/** Streams what became of unwanted tags. */
export async function* readPruned(
  { name }: Run,
  { store, onOddity }: ResultReader,
): AsyncGenerator<PrunedTag> {
  try {
    for (const key of await store.listKeys(prunedPrefix(name))) {
      for await (const tag of store.readElements(key)) yield prunedTagSchema.parse(tag)
    }
  } catch (error) {
    onOddity('failed to read what was pruned', { error })
  }
}
