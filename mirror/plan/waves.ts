/**
 * Splits the regions of an image into waves. The first wave reads upstream, the others read from it: so upstream is
 * read once per changed image, however many regions there are.
 */

import type { ImageItem } from '../contract.ts'
import type { Region } from '../list/config.ts'

export interface WaveContext {
  readonly home: Region
  /** All regions of the image, including those that this run leaves out. */
  readonly regions: readonly Region[]
  /** The region of the source, if that is our own ECR: it has the content before the first wave. */
  readonly sourceRegion?: string
}

export function wavesOf(
  targets: readonly Region[],
  { home, regions, sourceRegion }: WaveContext,
): ImageItem['waves'] {
  const lead = leadOf(targets, home, sourceRegion)
  const rest = targets.filter((region) => region !== lead)
  // A home region outside this run may hold the content from an earlier one, so it is worth a try.
  const before = regions.includes(home) && !targets.includes(home) && sourceRegion === undefined ? [home] : []
  const first = lead === undefined ? [] : [lead]
  return [first, rest]
    .map((wave, index) => ({
      targets: wave.map((region) => ({ region, readFrom: index === 0 ? before : [...first, ...before] })),
    }))
    .filter((wave) => wave.targets.length > 0)
}

/**
 * Several regions may read from ECR without using a quota, so such a source only needs a first wave for the home
 * region.
 */
function leadOf(
  targets: readonly Region[],
  home: Region,
  sourceRegion: string | undefined,
): Region | undefined {
  if (targets.includes(home)) return home
  return sourceRegion === undefined ? targets[0] : undefined
}
