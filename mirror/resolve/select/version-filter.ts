/** Decides which tags are versions that a selection wants. */
import type { Select } from '../../contract.ts'
import { parseVariant } from '../../list/tags/variant.ts'
import { parseRange } from '../../list/tags/version-range.ts'
import { isInRange } from './in-range.ts'
import type { StageName } from './stages.ts'
import { parseVersion, type Version } from './version.ts'

/** Returns the version of a tag, or the stage that drops it. */
export type VersionFilter = (tag: string) => Version | StageName

/** Whether tags are read as versions at all. */
export function wantsVersions({ semver, variant, latest, by = 'version' }: Select): boolean {
  return semver !== undefined || variant !== undefined || (latest !== undefined && by === 'version')
}

export function createVersionFilter({ semver = ['*'], variant }: Select): VersionFilter {
  const ranges = semver.map(parseRange)
  const variants = variant?.map(parseVariant) ?? [({ variant: suffix }: Version) => suffix === '']
  return (tag) => {
    const version = parseVersion(tag)
    if (version === undefined) return 'notVersion'
    if (!variants.some((matches) => matches(version))) return 'variant'
    if (ranges.some((range) => isInRange(version, range))) return version
    return version.prerelease.length > 0 ? 'prerelease' : 'semver'
  }
}
