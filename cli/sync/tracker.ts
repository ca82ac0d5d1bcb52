/** Tracks the state of each pair, for the display. */
import type { PairProgress, PairState } from '../../local/stepfunctions/progress.ts'
import type { ImageItem } from '../../mirror/contract.ts'
import type { Target } from '../../mirror/target.ts'
import type { Pairs } from '../run/show-progress.ts'

export interface Tracker extends Pairs {
  set(item: Pick<ImageItem, 'id'>, target: Pick<Target, 'id'>, state: PairState): void
}

export function trackPairs(items: readonly ImageItem[], onChange: (pair: PairProgress) => void): Tracker {
  const pairs = new Map<string, PairProgress>()
  const keyOf = (item: Pick<ImageItem, 'id'>, target: Pick<Target, 'id'>) => `${item.id} ${target.id}`
  for (const item of items) {
    for (const target of targetsOf(item)) {
      const { id, image } = item
      pairs.set(keyOf(item, target), { id, image, target: target.id, state: 'waiting' })
    }
  }
  return {
    pairs: () => [...pairs.values()],
    count: () => pairs.size,
    set(item, target, state) {
      const key = keyOf(item, target)
      const before = pairs.get(key)
      if (before === undefined || before.state === state) return
      const pair = { ...before, state }
      pairs.set(key, pair)
      onChange(pair)
    },
  }
}

export function targetsOf({ waves }: Pick<ImageItem, 'waves'>): Target[] {
  return waves.flatMap(({ targets }) => targets)
}
