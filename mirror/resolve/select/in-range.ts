/** Decides whether a version is in a range, by the rules of npm's `semver`, which parses the ranges. */
import Comparator from 'semver/classes/comparator.js'
import type Range from 'semver/classes/range.js'
import { type Core, compareCore } from './version.ts'

/**
 * The library's own test makes an object for each version, which takes tens of megabytes for tens of thousands of tags.
 */
export function isInRange(version: Core, range: Range): boolean {
  for (const comparators of range.set) if (isInAll(version, comparators)) return true
  return false
}

function isInAll(version: Core, comparators: readonly Comparator[]): boolean {
  for (const comparator of comparators) if (!meets(version, comparator)) return false
  return version.prerelease.length === 0 || namesPrerelease(version, comparators)
}

function meets(version: Core, { operator, semver }: Comparator): boolean {
  if (isAny(semver)) return true
  const order = compareCore(version, semver)
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  if (operator === '>') return order > 0
  return operator === '>=' ? order >= 0 : order === 0
}

/** Prereleases are selected only by a comparator that names one of the same version: `>=1.3.0-rc.1`. */
function namesPrerelease({ major, minor, patch }: Core, comparators: readonly Comparator[]): boolean {
  return comparators.some(
    ({ semver }) =>
      !isAny(semver) &&
      semver.prerelease.length > 0 &&
      semver.major === major &&
      semver.minor === minor &&
      semver.patch === patch,
  )
}

const ANY: unknown = Reflect.get(Comparator, 'ANY')

/** The comparator of `*`. Its type does not say that it has no version. */
function isAny(semver: Comparator['semver']): boolean {
  return (semver as unknown) === ANY
}
