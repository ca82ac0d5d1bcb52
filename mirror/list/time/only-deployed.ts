/**
 * An execution's own list deletes nothing: what it leaves out may be wanted by the deployed list. So it must not ask for
 * it, and does not inherit it.
 */
import type { ImageEntry, List } from '../config.ts'
import { type Problem, problemAt } from '../document/problems.ts'
import { pruneRulesOf } from './prune.ts'

type Pruning = Partial<Pick<List, 'images' | 'defaults'>>

const WRONG = 'applies only to the deployed list; remove it here'

export function checkNothingPruned({ images = [], defaults }: Pruning): Problem[] {
  return [
    ...(pruneRulesOf(defaults?.prune) === undefined ? [] : [problemAt(['defaults', 'prune'], WRONG)]),
    ...images.flatMap((image, index) => [
      ...(pruneRulesOf(settingOf(image, 'prune')) === undefined
        ? []
        : [problemAt(['images', index, 'prune'], WRONG)]),
      ...(thenOf(image) === undefined ? [] : [problemAt(['images', index, 'expires', 'then'], WRONG)]),
    ]),
  ]
}

/** @param configured - the deployed list, which a custom list inherits from */
export function withoutPrune(configured: List): List {
  if (configured.defaults?.prune === undefined) return configured
  const { prune: _, ...defaults } = configured.defaults
  return { ...configured, defaults }
}

function settingOf<K extends 'prune' | 'expires'>(image: ImageEntry, key: K) {
  return typeof image === 'string' ? undefined : image[key]
}

function thenOf(image: ImageEntry): string | undefined {
  const expires = settingOf(image, 'expires')
  return typeof expires === 'object' ? expires.then : undefined
}
