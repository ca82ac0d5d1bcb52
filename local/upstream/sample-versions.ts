/** Makes up tags that a selection by version finds, for sample images. */
import { minVersion } from 'semver'
import type { Select } from '../../mirror/contract.ts'
import { isRegex } from '../../mirror/list/tags/tag-pattern.ts'
import { parseRange } from '../../mirror/list/tags/version-range.ts'
import { isInRange } from '../../mirror/resolve/select/in-range.ts'
import { selectTags } from '../../mirror/resolve/select/select-tags.ts'

/** A sample with more tags would take long to make. */
const MOST = 20

/** Returns the tags that a repository with these tags lacks for a selection by `semver` or `variant`. */
export async function lackingVersions(select: Select, tags: readonly string[]): Promise<string[]> {
  const { semver, variant, min = 1 } = select
  if (semver === undefined && variant === undefined) return []
  const { exact, found } = await selectTags(select, tags)
  if (found.length > 0 && exact.length + found.length >= min) return []
  const versions = (semver ?? ['1.0.0 - 2']).flatMap((range) =>
    versionsIn(range, Math.min(Math.max(min, 3), MOST)),
  )
  const suffixes = (variant ?? []).filter((text) => !isRegex(text)).map((suffix) => `-${suffix}`)
  return versions.flatMap((version) =>
    (suffixes.length === 0 ? [''] : suffixes).map((suffix) => version + suffix),
  )
}

/** The first versions of a range, by patch and by minor. */
function versionsIn(text: string, count: number): string[] {
  const range = parseRange(text)
  const first = minVersion(range)
  if (first === null) return []
  const { major, minor, patch } = first
  const patches = Array.from({ length: count }, (_, more) => `${major}.${minor}.${patch + more}`)
  const minors = Array.from({ length: count }, (_, more) => `${major}.${minor + 1 + more}.0`)
  return [first.version, ...patches, ...minors]
    .filter((version, index, all) => all.indexOf(version) === index && isInRange(coreOf(version), range))
    .slice(0, count)
}

function coreOf(version: string) {
  return minVersion(version) ?? { major: 0, minor: 0, patch: 0, prerelease: [] }
}
