/**
 * Splits the targets of an image into waves. The first wave reads upstream, the others read from it. So upstream is
 * read once per changed image, for any number of targets.
 */

import type { ImageItem } from '../contract.ts'
import { countsPulls, distanceOf, includesTarget, type Target } from '../target.ts'

export interface WaveContext {
  /** Undefined for a list without regions. */
  readonly home: Target | undefined
  /** All targets of the image, including those that this run leaves out. */
  readonly all: readonly Target[]
  /** The region of the source, if that is our own ECR: it has the content before the first wave. */
  readonly sourceRegion?: string
}

/** Each place without the content costs a request for every manifest, so a few have to suffice. */
const MAX_LEFT_OUT = 2

export function wavesOf(
  targets: readonly Target[],
  { home, all, sourceRegion }: WaveContext,
): ImageItem['waves'] {
  const lead = leadOf(targets, home, sourceRegion)
  const rest = targets.filter(({ id }) => id !== lead?.id)
  const first = lead === undefined ? [] : [lead]
  const before = sourceRegion === undefined ? leftOut(targets, home, all) : []
  return [
    { targets: first, readFrom: before },
    { targets: rest, readFrom: [...first, ...before] },
  ].filter((wave) => wave.targets.length > 0)
}

/**
 * In a run without the home region, other targets may hold the content from an earlier run. Returns the nearest of them,
 * the home region first, but not Docker Hub: it limits pulls, so reading from it is no better than from the source.
 */
function leftOut(targets: readonly Target[], home: Target | undefined, all: readonly Target[]): Target[] {
  if (home !== undefined && includesTarget(targets, home)) return []
  const others = all.filter((target) => !includesTarget(targets, target) && !countsPulls(target))
  return nearestFirst(others, home).slice(0, MAX_LEFT_OUT)
}

/**
 * Several regions may read from ECR without using a quota, so such a source only needs a first wave for the home
 * region.
 */
function leadOf(
  targets: readonly Target[],
  home: Target | undefined,
  sourceRegion: string | undefined,
): Target | undefined {
  if (home !== undefined && includesTarget(targets, home)) return home
  return sourceRegion === undefined ? nearestFirst(targets, home)[0] : undefined
}

/** Keeps the list's order among targets of the same kind. */
function nearestFirst(targets: readonly Target[], home: Target | undefined): Target[] {
  const rank = (target: Target): number => (target.id === home?.id ? -1 : distanceOf(target))
  return targets.toSorted((one, other) => rank(one) - rank(other))
}
