/**
 * Parses the version constraints of other tools into intervals. Their libraries differ in operators and in what a
 * partial version stands for.
 */
import { both, type Cut, type Interval, outside } from './interval.ts'

export interface Dialect {
  /** What joins constraints that all must hold. */
  readonly and: 'space' | 'comma' | 'both'
  /** Whether `||` joins alternatives. */
  readonly hasOr: boolean
  /** The operators besides `>=`, `<=`, `>`, `<`, `=` and none. */
  readonly operators: readonly string[]
  /** What `1.2` is in a comparison: `1.2.0`, or any version that starts so. */
  readonly partial: 'zeros' | 'any'
  readonly hasWildcards: boolean
  readonly hasHyphens?: boolean
  /** Whether 1.2-alpine equals 1.2. Such tools refuse suffixes in constraints. */
  readonly ignoresSuffixes?: boolean
  /** Whether tags with a suffix are candidates only where the constraint names one. */
  readonly suffixesOnDemand?: boolean
  /** Whether `^1.2` ends before 2.0.0-rc.1, and not only before 2.0.0. */
  readonly endsBeforeSuffixes?: boolean
  /** The lower bound of `^0.0` has no numbers besides its own. regsync takes the missing ones as 0. */
  readonly caretPads?: boolean
}

export interface Constraint {
  readonly intervals: readonly Interval[]
  /** Whether it compares suffixes of one version, of which intervals contain all or none. They then contain all. */
  readonly isRough: boolean
}

interface Version {
  readonly numbers: readonly number[]
  /** Whether it has fewer than three numbers. */
  readonly isPartial: boolean
  readonly hasWildcard: boolean
  readonly suffix: string
}

const MAX_LENGTH = 1000
/** The lowest suffix: `>=1.2.3-0` is 1.2.3 with all of its suffixes, and what is higher. */
const LOWEST = '0'
/** Operators that cut right below their version. */
const BOUNDS_BELOW = ['>=', '=>', '<', '^', '~', '~>']
const COMPARATOR =
  /^(>=|=>|<=|=<|==|!=|~>|>|<|=|!|~|\^)?\s*v?([\dxX*][\d.xX*]{0,60})(?:-([0-9A-Za-z.-]{1,100}))?(?:\+[\w.-]{1,100})?$/

/** @returns undefined if the tool would not understand the text */
export function parseConstraint(text: string, dialect: Dialect): Constraint | undefined {
  if (text.length > MAX_LENGTH || text.trim() === '') return undefined
  const alternatives = dialect.hasOr ? text.split('||') : [text]
  const parsed = alternatives.map((alternative) => parseAll(alternative, dialect))
  if (parsed.includes(undefined)) return undefined
  const found = parsed.filter((one) => one !== undefined)
  return {
    intervals: found.flatMap(({ intervals }) => intervals),
    isRough: found.some(({ isRough }) => isRough),
  }
}

function parseAll(text: string, dialect: Dialect): Constraint | undefined {
  const parts = split(dialect.hasHyphens ? withoutHyphens(text) : text, dialect)
  let intervals: Interval[] = [{}]
  let [hasSuffix, isRough] = [false, false]
  for (const part of parts) {
    const [whole, operator = '', numbers = '', suffix = ''] = COMPARATOR.exec(part) ?? []
    const version = readVersion(numbers, suffix)
    const isKnown = ['', '=', '>', '<', '>=', '<=', ...dialect.operators].includes(operator)
    if (whole === undefined || version === undefined || !isKnown) return undefined
    if (/[xX*]/.test(numbers) && !dialect.hasWildcards) return undefined
    if (suffix !== '' && dialect.ignoresSuffixes) return undefined
    hasSuffix ||= suffix !== ''
    isRough ||= suffix !== '' && !(suffix === LOWEST && BOUNDS_BELOW.includes(operator))
    intervals = both(intervals, intervalsOf(operator, version, dialect))
  }
  if (parts.length === 0) return undefined
  const isReleaseOnly = dialect.suffixesOnDemand === true && !hasSuffix
  return {
    intervals: isReleaseOnly ? intervals.map((one) => ({ ...one, isReleaseOnly })) : intervals,
    isRough,
  }
}

/** `>= 1.2` is one constraint, although there is a space. */
function split(text: string, { and }: Dialect): string[] {
  const joined = text.replace(/([<>=~^!]) +/g, '$1')
  const separator = and === 'comma' ? ',' : and === 'space' ? /\s+/ : /[\s,]+/
  return joined
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** `1.2 - 3.4` is `>=1.2 <=3.4`. */
function withoutHyphens(text: string): string {
  return text.replace(/([\w.*+-]{1,80}) - ([\w.*+-]{1,80})/g, '>=$1 <=$2')
}

function readVersion(text: string, suffix: string): Version | undefined {
  const parts = text.split('.')
  const wildcard = parts.findIndex((part) => /^[xX*]$/.test(part))
  const fixed = wildcard < 0 ? parts : parts.slice(0, wildcard)
  if (!fixed.every((part) => /^\d{1,15}$/.test(part))) return undefined
  const numbers = fixed.map(Number)
  return { numbers, isPartial: numbers.length < 3, hasWildcard: wildcard >= 0, suffix }
}

function intervalsOf(operator: string, version: Version, dialect: Dialect): readonly Interval[] {
  const { numbers, suffix } = version
  if (numbers.length === 0) return [{}]
  const hasSuffix = suffix !== ''
  const start: Cut = { numbers, at: hasSuffix || dialect.ignoresSuffixes ? 'suffixed' : 'release' }
  /** Before the next version, with the number at this place raised by one. */
  const next = (place: number): Cut => ({
    numbers: raised(numbers, place),
    at: dialect.endsBeforeSuffixes ? 'suffixed' : 'release',
  })
  const isRange = version.hasWildcard || (version.isPartial && dialect.partial === 'any')
  const end: Cut = isRange ? next(numbers.length - 1) : { numbers, at: hasSuffix ? 'release' : 'after' }
  switch (operator) {
    case '>=':
    case '=>':
      return [{ low: start }]
    case '>':
      return [{ low: hasSuffix && !isRange ? start : end }]
    case '<':
      return [{ high: hasSuffix && suffix !== LOWEST ? { numbers, at: 'release' } : start }]
    case '<=':
    case '=<':
      return [{ high: end }]
    case '!':
    case '!=':
      return hasSuffix ? [{}] : outside([{ low: start, high: end }])
    case '~':
    case '~>':
      return [{ low: start, high: next(dialect.caretPads ? 1 : Math.min(1, numbers.length - 1)) }]
    case '^':
      return [{ low: start, high: next(caretPlace(numbers, dialect)) }]
    default:
      return [{ low: start, high: end }]
  }
}

/** The number that `^` raises: the first that is not 0, else the last. */
function caretPlace(numbers: readonly number[], { caretPads }: Dialect): number {
  const first = numbers.slice(0, 3).findIndex((number) => number > 0)
  if (first >= 0) return first
  return caretPads ? 2 : Math.min(2, numbers.length - 1)
}

function raised(numbers: readonly number[], place: number): number[] {
  return Array.from({ length: place + 1 }, (_, index) => (numbers[index] ?? 0) + (index === place ? 1 : 0))
}
