/** Whether runs of a list may delete tags, which needs permissions. */
import type { List } from '../config.ts'
import { type Entry, readEntry } from '../entry.ts'
import { backupOf } from './backup.ts'
import { pruneRulesOf } from './prune.ts'

/** Whether an entry has `prune`, expires with it, or keeps a number of backups, or images from elsewhere do by default. */
export function mayPrune(list: List): boolean {
  const { images, imagesFrom, defaults = {} } = list
  if (imagesFrom !== undefined && deletingKey({ settings: defaults }) !== undefined) return true
  return images.some((image) => deletingKey(readEntry(image, list)) !== undefined)
}

interface Deleting extends Pick<Entry, 'expires'> {
  readonly settings: Pick<Entry['settings'], 'prune' | 'backup'>
}

/** The key of an entry by which its tags may be deleted. */
export function deletingKey({ settings, expires }: Deleting): 'prune' | 'backup' | 'expires' | undefined {
  if (pruneRulesOf(settings.prune) !== undefined) return 'prune'
  if (backupOf(settings.backup)?.keep !== undefined) return 'backup'
  return expires?.then === 'prune' ? 'expires' : undefined
}
