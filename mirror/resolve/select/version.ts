/**
 * Reads versions from tags. Strict: a tag that is no version is never coerced into one, so that no date, build number or
 * signature becomes a version. docs/selection.md has the rules.
 */
import { compare, SemVer } from 'semver'
import { PRERELEASE_WORDS } from '../../list/tags/prerelease-words.ts'
import type { Suffix } from '../../list/tags/variant.ts'

export interface Version extends Suffix {
  /** Major, minor, patch, prerelease. */
  readonly semver: SemVer
  /** The fourth number: `1.2.3.4`, or the build of `17.0.9_9`. */
  readonly fourth: number
  /** The number of the rebuild: 4 of `debian-12-r4`. */
  readonly rebuild: number
}

const NUMBER = '(0|[1-9]\\d{0,14})'
const WORDS = PRERELEASE_WORDS.join('|')
/**
 * Two to four numbers; a prerelease without a dash (`3.14.0rc1`); build metadata (`_` stands for `+`, which a tag cannot
 * have); a suffix.
 */
const TAG = new RegExp(
  `^v?${NUMBER}\\.${NUMBER}(?:\\.${NUMBER}(?:\\.${NUMBER})?)?((?:a|b|${WORDS})\\d{1,15})?(?:_([0-9A-Za-z.]+))?(?:-([0-9A-Za-z_.-]+))?$`,
)
const WORD = new RegExp(`^(?:${WORDS})(?:\\.?\\d+)?(?:\\.[0-9a-z]+)*$`, 'i')
const NUMBERS = /^\d+(?:\.\d+)*$/
const REBUILD = /(?:^|-)r?(\d{1,15})$/

/** @returns undefined if the tag is no version */
export function parseVersion(tag: string): Version | undefined {
  const [whole, major, minor, patch = '0', fourth, attached = '', build = '', suffix = ''] =
    TAG.exec(tag) ?? []
  if (whole === undefined || suffix.endsWith('-')) return undefined
  const { prerelease, variant } = splitSuffix(suffix)
  const word = normalized(attached) || (WORD.test(build) ? normalized(build) : prerelease)
  return {
    semver: new SemVer(`${major}.${minor}.${patch}${word === '' ? '' : `-${word}`}`),
    fourth: Number(fourth ?? (NUMBERS.test(build) ? build.split('.', 1) : 0)),
    ...rebuildOf(variant),
  }
}

/** Whether people would take a tag for a version, although it is none: `22.04`, `1.2.3.Final`. */
export function resemblesVersion(tag: string): boolean {
  return /^v?\d{1,9}\.\d/.test(tag)
}

/** Newest first. 0 if they are the same version, such as `v1.2.3` and `1.2.3`. */
export function newestFirst(one: Version, other: Version): number {
  return compare(other.semver, one.semver) || other.fourth - one.fourth || other.rebuild - one.rebuild
}

/** `rc.1-alpine` is a prerelease of the variant `alpine`. */
function splitSuffix(suffix: string): { readonly prerelease: string; readonly variant: string } {
  const parts = suffix.split('-')
  const at = parts.findIndex((part) => WORD.test(part))
  if (at < 0) return { prerelease: '', variant: suffix }
  const [word = '', next = ''] = parts.slice(at)
  const apart = /\d/.test(word) || !NUMBERS.test(next) ? 0 : 1
  const identifiers = apart === 0 ? word : `${word}.${next}`
  const variant = [...parts.slice(0, at), ...parts.slice(at + 1 + apart)].join('-')
  return { prerelease: normalized(identifiers), variant }
}

/** `RC1` and `rc.01` both become `rc.1`; npm's order takes `rc1` as a word, after which rc10 comes before rc2. */
function normalized(identifiers: string): string {
  const [, word = '', rest = ''] = /^([a-z]*)(.*)$/is.exec(identifiers) ?? []
  return [word, ...rest.split('.').filter((part) => part !== '')]
    .map((part) => (/^\d+$/.test(part) ? part.replace(/^0+(?=\d)/, '') : part.toLowerCase()))
    .join('.')
}

/** Only the number of a rebuild is dropped: `debian-12-r4` is `debian-12`; `debian-12` stays, and `4` is of its own. */
function rebuildOf(variant: string): Suffix & Pick<Version, 'rebuild'> {
  const [end, digits] = REBUILD.exec(variant) ?? []
  if (variant === '' || end === undefined || digits === undefined)
    return { variant, family: variant, rebuild: 0 }
  const isWhole = end === variant
  if (!isWhole && !end.startsWith('-r')) return { variant, family: variant, rebuild: 0 }
  const family = isWhole ? end.replace(digits, '#') : variant.slice(0, -end.length)
  return { variant, family, rebuild: Number(digits) }
}
