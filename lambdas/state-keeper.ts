/** Merges the outcomes of a run into the state of the mirror (mirror/state/record.ts), image by image. */
import type { Run } from '../mirror/contract.ts'
import type { PairReport } from '../mirror/documents.ts'
import { stateKey } from '../mirror/keys.ts'
import { nextRecord } from '../mirror/state/keep.ts'
import { recordsOf } from '../mirror/state/observe.ts'
import { type StateRecord, stateRecordSchema } from '../mirror/state/record.ts'
import type { ResultReader } from './run-results.ts'

/**
 * Keeps the pairs of an image. Never throws, because the state must not prevent the report. A dry run keeps nothing.
 * @param now - when the run is reported
 */
export function stateKeeper(
  run: Run,
  { store, onOddity }: ResultReader,
  now = new Date(),
): (pairs: readonly PairReport[]) => Promise<void> {
  /** Images that share a repository take turns, so that they do not meet each other's conflicts. */
  const turns = new Map<string, Promise<void>>()

  async function update(found: StateRecord): Promise<void> {
    const key = stateKey(found.repository)
    try {
      await store.updateJson(key, stateRecordSchema, {
        change: (stored) => nextRecord(stored, found),
        onUnreadable: (error) => onOddity('replaced an unreadable record of the state', { key, error }),
      })
    } catch (error) {
      onOddity('failed to keep the state of a repository', { key, error })
    }
  }

  function inTurn(found: StateRecord): Promise<void> {
    const before = turns.get(found.repository) ?? Promise.resolve()
    const turn = before.then(() => update(found))
    turns.set(found.repository, turn)
    return turn
  }

  return async (pairs) => {
    if (run.dryRun) return
    await Promise.all(recordsOf(pairs, run, now).map(inTurn))
  }
}
