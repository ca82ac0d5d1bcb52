/** The home region of a list: where its stack runs, and the first region to receive an image. */
import type { List, Region } from './config.ts'

/** Undefined for a list without regions that leaves the region to the stack. */
export function homeOf({ home, regions }: Pick<List, 'home' | 'regions'>): Region | undefined {
  return home ?? regions[0]
}
