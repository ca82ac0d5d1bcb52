/** The targets that have metrics of their own, if the list asks for them. */
import { MAX_METERED_TARGETS } from '../../report/metric-settings.ts'
import type { List } from '../config.ts'
import { type Problem, problemAt } from '../document/problems.ts'
import { allTargets } from '../entry.ts'

type Metered = Pick<List, 'metrics' | 'regions' | 'targets'>

/** Ids in the order of the list. Empty unless the list has `metrics.byTarget`. */
export function meteredTargets({ metrics, ...list }: Metered): string[] {
  return metrics?.byTarget === true ? allTargets(list).map(({ id }) => id) : []
}

export function checkMetrics(list: Metered): Problem[] {
  const { length } = meteredTargets(list)
  if (length <= MAX_METERED_TARGETS) return []
  const text = `the list has ${length} targets, and at most ${MAX_METERED_TARGETS} can have metrics of their own, because each of these is billed; remove it`
  return [problemAt(['metrics', 'byTarget'], text)]
}
