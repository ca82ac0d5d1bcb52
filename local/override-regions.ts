/** Replaces the regions of a list, for `--regions`. */
import type { ImageEntry, List, Region } from '../mirror/list/config.ts'
import { refuse } from '../mirror/list/document/problems.ts'

/**
 * Returns the list with these regions. Narrows region-specific settings to them and drops images without a remaining
 * region.
 * @throws InvalidInput if no image remains
 */
export function overrideRegions(list: List, regions: readonly Region[], file: string): List {
  const { home, push, defaults, ...rest } = list
  const images = list.images.flatMap((entry) => withRegions(entry, regions, defaults?.regions))
  if (images.length === 0) {
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
  byDefault: readonly Region[] | undefined,
): ImageEntry[] {
  const own = typeof entry === 'string' ? undefined : entry.regions
  const left = narrow(own ?? byDefault, regions)
  if (left?.length === 0) return []
  return typeof entry === 'string' || !own || !left ? [entry] : [{ ...entry, regions: left }]
}

function narrow(some: readonly Region[] | undefined, regions: readonly Region[]): Region[] | undefined {
  return some?.filter((region) => regions.includes(region))
}
