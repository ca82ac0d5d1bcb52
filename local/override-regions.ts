/** Replaces the regions of a list, for `--regions`. */
import type { ImageEntry, List, Region } from '../mirror/list/config.ts'
import { refuse } from '../mirror/list/document/problems.ts'
import { placesOf } from '../mirror/list/elsewhere/place.ts'
import { longForm } from '../mirror/list/entry.ts'
import { REGIONS_TARGET } from '../mirror/list/targets/schema.ts'

/**
 * Returns the list with these regions. Narrows region-specific settings to them. An image without a remaining region
 * keeps its other targets, and is dropped if it has none.
 * @throws InvalidInput if no image remains
 */
export function overrideRegions(list: List, regions: readonly Region[], file: string): List {
  const { home, push, defaults, ...rest } = list
  const images = list.images.flatMap((entry) => withRegions(entry, regions, defaults))
  if (images.length === 0 && placesOf(list).length === 0) {
    refuse(file, [{ path: [], text: `no image goes to ${regions.join(' or ')}: give other --regions` }])
  }
  const narrowed = narrow(defaults?.regions, regions)
  const { regions: _, ...otherDefaults } = defaults ?? {}
  const pushed = push && narrow(push.regions, regions)
  return {
    ...rest,
    images,
    regions: [...regions],
    ...(home && regions.includes(home) ? { home } : {}),
    ...(defaults
      ? { defaults: { ...otherDefaults, ...(narrowed?.length ? { regions: narrowed } : {}) } }
      : {}),
    ...(push && pushed?.length !== 0 ? { push: { ...push, ...(pushed ? { regions: pushed } : {}) } } : {}),
  }
}

function withRegions(
  entry: ImageEntry,
  regions: readonly Region[],
  defaults: List['defaults'],
): ImageEntry[] {
  const { regions: own, ...image } = longForm(entry)
  const left = narrow(own ?? defaults?.regions, regions)
  if (left?.length === 0) {
    const targets = (image.targets ?? defaults?.targets ?? []).filter((name) => name !== REGIONS_TARGET)
    return targets.length === 0 ? [] : [{ ...image, targets }]
  }
  return own && left ? [{ ...image, regions: left }] : [entry]
}

function narrow(some: readonly Region[] | undefined, regions: readonly Region[]): Region[] | undefined {
  return some?.filter((region) => regions.includes(region))
}
