/**
 * Splits the targets of an image into waves. The first wave reads upstream, the others read from it. So upstream is
 * read once per changed image, for any number of targets.
 */

import type { ImageItem } from '../contract.ts'
import { includesTarget, type Target } from '../target.ts'

export interface WaveContext {
  readonly home: Target
  /** All targets of the image, including those that this run leaves out. */
  readonly all: readonly Target[]
  /** The region of the source, if that is our own ECR: it has the content before the first wave. */
  readonly sourceRegion?: string
}

export function wavesOf(
  targets: readonly Target[],
  { home, all, sourceRegion }: WaveContext,
): ImageItem['waves'] {
  const lead = leadOf(targets, home, sourceRegion)
  const rest = targets.filter(({ id }) => id !== lead?.id)
  const first = lead === undefined ? [] : [lead]
  // A home region outside this run may hold the content from an earlier one, so it is worth a try.
  const isLeftOut = includesTarget(all, home) && !includesTarget(targets, home)
  const before = isLeftOut && sourceRegion === undefined ? [home] : []
  return [
    { targets: first, readFrom: before },
    { targets: rest, readFrom: [...first, ...before] },
  ].filter((wave) => wave.targets.length > 0)
}

/**
 * Several regions may read from ECR without using a quota, so such a source only needs a first wave for the home
 * region.
 */
function leadOf(
  targets: readonly Target[],
  home: Target,
  sourceRegion: string | undefined,
): Target | undefined {
  if (includesTarget(targets, home)) return home
  return sourceRegion === undefined ? targets[0] : undefined
}
