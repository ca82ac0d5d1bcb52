/** Determines the regions whose pushes are copied. */
import type { List, Region } from './config.ts'
import { homeOf } from './home.ts'

export function pushedRegions({ push, ...list }: Pick<List, 'push' | 'home' | 'regions'>): Region[] {
  const home = homeOf(list)
  return push?.from ?? (home === undefined ? [] : [home])
}

export function isFromSeveral(list: List): boolean {
  return pushedRegions(list).length > 1
}
