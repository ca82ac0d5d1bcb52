/** Finds two lists of one account that copy the pushes of the same repositories to each other. */
import type { List, Region } from '../config.ts'
import { overlap } from '../overlap.ts'
import { pushedRegions } from '../push.ts'
import { REGIONS_TARGET } from './schema.ts'

/** Returns what is wrong with the pushes of the first list, with the fix; undefined if nothing is. */
export function mutualPushes(list: List, other: List): string | undefined {
  if (!copiesTo(list, pushedRegions(other)) || !copiesTo(other, pushedRegions(list))) return undefined
  const theirs = other.push?.repositories ?? []
  const pattern = list.push?.repositories.find((one) => theirs.some((their) => overlap(one, their)))
  if (pattern === undefined) return undefined
  const regions = [...new Set([...pushedRegions(list), ...pushedRegions(other)])]
  return `"${pattern}" also matches repositories whose pushes another mirror copies back, so different pushes of a tag would swap places; use one mirror with push.from: [${regions.join(', ')}]`
}

/** Whether pushes are copied to one of these regions from another one. */
function copiesTo(list: List, regions: readonly Region[]): boolean {
  const { to = [REGIONS_TARGET], regions: chosen = list.regions } = list.push ?? {}
  if (list.push === undefined || !to.includes(REGIONS_TARGET)) return false
  const from = pushedRegions(list)
  return regions.some((region) => chosen.includes(region) && from.some((one) => one !== region))
}
