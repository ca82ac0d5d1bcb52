/**
 * Reads versions from tags. Strict: a tag that is no version is never coerced into one, so that no date, build number or
 * signature becomes a version. docs/selection.md has the rules.
 */
import { PRERELEASE_WORDS } from '../../list/tags/prerelease-words.ts'
import type { Suffix } from '../../list/tags/variant.ts'

/** The part of a version that ranges compare, as npm's own versions have it. */
export interface Core {
  readonly major: number
  readonly minor: number
  readonly patch: number
  readonly prerelease: readonly (string | number)[]
}

/** Plain data, because a repository may have tens of thousands of tags. */
export interface Version extends Core, Suffix {
  /** The fourth number: `1.2.3.4`, or the build of `17.0.9_9`. */
  readonly fourth: number
  /** The number of the rebuild: 4 of `debian-12-r4`. */
  readonly rebuild: number
}

const WORDS = PRERELEASE_WORDS.join('|')
/**
 * What follows the numbers: a prerelease without a dash (`3.14.0rc1`); build metadata (`_` stands for `+`, which a tag
 * cannot have); a suffix.
 */
const REST = new RegExp(`^((?:a|b|${WORDS})\\d{1,15})?(?:_([0-9A-Za-z.]+))?(?:-([0-9A-Za-z_.-]+))?$`)
const WORD = new RegExp(`^(?:${WORDS})(?:\\.?\\d+)?(?:\\.[0-9a-z]+)*$`, 'i')
const NUMBERS = /^\d+(?:\.\d+)*$/
const REBUILD = /(?:^|-)r?(\d{1,15})$/

const NONE: Core['prerelease'] = []
const NO_SUFFIX = { variant: '', family: '', rebuild: 0 }

/** @returns undefined if the tag is no version */
export function parseVersion(tag: string): Version | undefined {
  const { numbers, count, end } = leadingNumbers(tag)
  const [major, minor, patch, fourth] = numbers
  if (count < 2) return undefined
  // Most versions end here.
  if (end === tag.length) return { major, minor, patch, prerelease: NONE, fourth, ...NO_SUFFIX }
  const [whole, attached, build = '', suffix = ''] = REST.exec(tag.slice(end)) ?? []
  if (whole === undefined || suffix.endsWith('-')) return undefined
  const { prerelease, variant } = splitSuffix(suffix)
  const word = attached ?? (WORD.test(build) ? build : undefined)
  return {
    major,
    minor,
    patch,
    prerelease: word === undefined ? prerelease : wordIn(word),
    fourth: fourth || (NUMBERS.test(build) ? Number(build.split('.', 1)) : 0),
    ...(variant === '' ? NO_SUFFIX : rebuildOf(variant)),
  }
}

const [DOT, ZERO, NINE] = ['.', '0', '9'].map((character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
]
const MAX_DIGITS = 15

type Numbers = [number, number, number, number]

/** Up to four numbers that are joined by dots, after an optional `v`. A number with a leading zero is none. */
function leadingNumbers(tag: string) {
  const numbers: Numbers = [0, 0, 0, 0]
  let count = 0
  let end = 0
  for (let at = tag.startsWith('v') ? 1 : 0; count < numbers.length; ) {
    const start = at
    let value = 0
    for (let code = tag.charCodeAt(at); code >= ZERO && code <= NINE; code = tag.charCodeAt(++at))
      value = value * 10 + code - ZERO
    const isZero = tag.charCodeAt(start) === ZERO
    if (at === start || at - start > (isZero ? 1 : MAX_DIGITS)) break
    numbers[count++] = value
    end = at
    if (tag.charCodeAt(at++) !== DOT) break
  }
  return { numbers, count, end }
}

/** Whether a tag that is no version looks like one: `22.04`, `1.2.3.Final`. */
export function resemblesVersion(tag: string): boolean {
  return /^v?\d{1,9}\.\d/.test(tag)
}

/** Newest first. 0 if they are the same version, such as `v1.2.3` and `1.2.3`. */
export function newestFirst(one: Version, other: Version): number {
  return compareCore(other, one) || other.fourth - one.fourth || other.rebuild - one.rebuild
}

/** https://semver.org/#spec-item-11 */
export function compareCore(one: Core, other: Core): number {
  return (
    one.major - other.major ||
    one.minor - other.minor ||
    one.patch - other.patch ||
    comparePrereleases(one.prerelease, other.prerelease)
  )
}

function comparePrereleases(one: Core['prerelease'], other: Core['prerelease']): number {
  if (one.length === 0 || other.length === 0) return other.length - one.length
  for (const [index, mine] of one.entries()) {
    const yours = other[index]
    if (yours === undefined) return 1
    if (mine === yours) continue
    if (typeof mine === typeof yours) return mine < yours ? -1 : 1
    return typeof mine === 'number' ? -1 : 1
  }
  return one.length - other.length
}

/** `rc.1-alpine` is a prerelease of the variant `alpine`. */
function splitSuffix(suffix: string): Pick<Version, 'prerelease' | 'variant'> {
  if (suffix === '') return { prerelease: NONE, variant: '' }
  const parts = suffix.split('-')
  const at = parts.findIndex((part) => WORD.test(part))
  if (at < 0) return { prerelease: NONE, variant: suffix }
  const [word = '', next = ''] = parts.slice(at)
  const apart = /\d/.test(word) || !NUMBERS.test(next) ? 0 : 1
  const variant = [...parts.slice(0, at), ...parts.slice(at + 1 + apart)].join('-')
  return { prerelease: wordIn(apart === 0 ? word : `${word}.${next}`), variant }
}

/** `RC1` and `rc.01` are both `rc.1`; npm's order takes `rc1` as a word, after which rc10 comes before rc2. */
function wordIn(text: string): Core['prerelease'] {
  const [, word = '', rest = ''] = /^([a-z]*)(.*)$/is.exec(text) ?? []
  return [word, ...rest.split('.').filter((part) => part !== '')].map((part) =>
    /^\d{1,15}$/.test(part) ? Number(part) : part.toLowerCase(),
  )
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
