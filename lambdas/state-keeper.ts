/** Merges the outcomes of a run into the state of the mirror (mirror/state/record.ts), image by image. */
import type { Run } from '../mirror/contract.ts'
import type { PairReport } from '../mirror/documents.ts'
import { stateKey } from '../mirror/keys.ts'
import { nextRecord } from '../mirror/state/keep.ts'
import { type LostTag, lostTags } from '../mirror/state/lost.ts'
import { recordsOf } from '../mirror/state/observe.ts'
import { type StateRecord, stateRecordSchema } from '../mirror/state/record.ts'
import type { ResultReader } from './run-results.ts'

export interface StateKeeper {
  /** Never throws, because the state must not prevent the report. A dry run keeps nothing. */
  keep(pairs: readonly PairReport[]): Promise<void>
  /** Tags of the kept pairs that the run had to write again. */
  lost(): readonly LostTag[]
}

/** @param now - when the run is reported */
export function stateKeeper(run: Run, { store, onOddity }: ResultReader, now = new Date()): StateKeeper {
  const lost: LostTag[] = []
  /** Images that share a repository take turns, so that they do not meet each other's conflicts. */
  const turns = new Map<string, Promise<void>>()

  async function update(found: StateRecord): Promise<void> {
    const key = stateKey(found.repository)
    let again: readonly LostTag[] = []
    try {
      await store.updateJson(key, stateRecordSchema, {
        change(stored) {
          again = lostTags(stored, found)
          return nextRecord(stored, found)
        },
        onUnreadable: (error) => onOddity('replaced an unreadable record of the state', { key, error }),
      })
    } catch (error) {
      onOddity('failed to keep the state of a repository', { key, error })
    }
    lost.push(...again)
  }

  function inTurn(found: StateRecord): Promise<void> {
    const before = turns.get(found.repository) ?? Promise.resolve()
    const turn = before.then(() => update(found))
    turns.set(found.repository, turn)
    return turn
  }

  return {
    async keep(pairs) {
      if (run.dryRun) return
      await Promise.all(recordsOf(pairs, run, now).map(inTurn))
    },
    lost: () => lost,
  }
}
