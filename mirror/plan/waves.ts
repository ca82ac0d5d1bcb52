/**
 * Which regions are synced together. The first wave reads upstream, the others read from it: so upstream is read
 * once per changed image, however many regions there are.
 */

import type { ImageItem } from '../contract.ts'
import type { Region } from '../list/config.ts'

export interface WaveContext {
  readonly home: Region
  /** All regions of the image; a run may have been narrowed to some of them. */
  readonly regions: readonly Region[]
  /** The region of ours that is the source itself: its content is there before the first wave. */
  readonly sourceRegion?: string
}

export function wavesOf(
  targets: readonly Region[],
  { home, regions, sourceRegion }: WaveContext,
): ImageItem['waves'] {
  const lead = leadOf(targets, home, sourceRegion)
  const rest = targets.filter((region) => region !== lead)
  // Left out of this run, the home region may hold the content from an earlier one: it is worth a look.
  const before = regions.includes(home) && !targets.includes(home) && sourceRegion === undefined ? [home] : []
  const first = lead === undefined ? [] : [lead]
  return [first, rest]
    .map((wave, index) => ({
      targets: wave.map((region) => ({ region, readFrom: index === 0 ? before : [...first, ...before] })),
    }))
    .filter((wave) => wave.targets.length > 0)
}

/** Reading ECR from several regions costs no quota: such a source needs no first wave but the home region's. */
function leadOf(
  targets: readonly Region[],
  home: Region,
  sourceRegion: string | undefined,
): Region | undefined {
  if (targets.includes(home)) return home
  return sourceRegion === undefined ? targets[0] : undefined
}
