/** Whether runs of a list may delete tags, which needs permissions. */
import type { List } from '../config.ts'
import { readEntry } from '../entry.ts'
import { backupOf } from './backup.ts'
import { pruneRulesOf } from './prune.ts'

/** Whether an entry has `prune`, expires with it, or keeps a number of backups. */
export function mayPrune(list: List): boolean {
  return list.images
    .map((image) => readEntry(image, list))
    .some(
      ({ settings, expires }) =>
        pruneRulesOf(settings.prune) !== undefined ||
        backupOf(settings.backup)?.keep !== undefined ||
        expires?.then === 'prune',
    )
}
