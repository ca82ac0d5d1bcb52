/** Where people push images that the mirror copies on. */
import type { List, Region } from './config.ts'

/** The regions whose pushes are copied. */
export function pushedRegions({ push, home, regions }: Pick<List, 'push' | 'home' | 'regions'>): Region[] {
  const first = home ?? regions[0]
  return push?.from ?? (first === undefined ? [] : [first])
}

export function isFromSeveral(list: List): boolean {
  return pushedRegions(list).length > 1
}
