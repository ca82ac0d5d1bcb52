/** Determines the regions whose pushes are copied. */
import type { List, Region } from './config.ts'

export function pushedRegions({ push, home, regions }: Pick<List, 'push' | 'home' | 'regions'>): Region[] {
  const first = home ?? regions[0]
  return push?.from ?? (first === undefined ? [] : [first])
}

export function isFromSeveral(list: List): boolean {
  return pushedRegions(list).length > 1
}
