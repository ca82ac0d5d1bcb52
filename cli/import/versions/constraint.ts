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
  /** Whether 1.2-alpine equals 1.2. */
  readonly ignoresSuffixes?: boolean
  /** The lower bound of `^0.0` has no numbers besides its own. regsync takes the missing ones as 0. */
  readonly caretPads?: boolean
}

export interface Constraint {
  readonly intervals: readonly Interval[]
  /** Whether it names a prerelease. */
  readonly hasPrerelease: boolean
  /** Whether the prerelease that it names is more than the lowest, `-0`, so that the intervals are not exact. */
  readonly isRough: boolean
}

interface Version {
  readonly numbers: readonly number[]
  /** Whether it has fewer than three numbers. */
  readonly isPartial: boolean
  readonly hasWildcard: boolean
  readonly prerelease: string
}

const MAX_LENGTH = 1000
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
    hasPrerelease: found.some(({ hasPrerelease }) => hasPrerelease),
    isRough: found.some(({ isRough }) => isRough),
  }
}

function parseAll(text: string, dialect: Dialect): Constraint | undefined {
  const parts = split(dialect.hasHyphens ? withoutHyphens(text) : text, dialect)
  let intervals: Interval[] = [{}]
  let [hasPrerelease, isRough] = [false, false]
  for (const part of parts) {
    const [whole, operator = '', numbers = '', prerelease = ''] = COMPARATOR.exec(part) ?? []
    const version = readVersion(numbers, prerelease)
    const isKnown = ['', '=', '>', '<', '>=', '<=', ...dialect.operators].includes(operator)
    if (whole === undefined || version === undefined || !isKnown) return undefined
    if (/[xX*]/.test(numbers) && !dialect.hasWildcards) return undefined
    hasPrerelease ||= prerelease !== ''
    isRough ||= prerelease !== '' && prerelease !== '0'
    intervals = both(intervals, intervalsOf(operator, version, dialect))
  }
  return parts.length === 0 ? undefined : { intervals, hasPrerelease, isRough }
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

function readVersion(text: string, prerelease: string): Version | undefined {
  const parts = text.split('.')
  const wildcard = parts.findIndex((part) => /^[xX*]$/.test(part))
  const fixed = wildcard < 0 ? parts : parts.slice(0, wildcard)
  if (!fixed.every((part) => /^\d{1,15}$/.test(part))) return undefined
  const numbers = fixed.map(Number)
  return { numbers, isPartial: numbers.length < 3, hasWildcard: wildcard >= 0, prerelease }
}

function intervalsOf(operator: string, version: Version, dialect: Dialect): readonly Interval[] {
  const { numbers, prerelease } = version
  if (numbers.length === 0) return [{}]
  const at = (kind: 'release' | 'after'): Cut => {
    if (prerelease !== '') return { numbers, at: kind === 'release' ? 'suffixed' : 'release' }
    return { numbers, at: kind === 'release' && dialect.ignoresSuffixes ? 'suffixed' : kind }
  }
  const isRange = version.hasWildcard || (version.isPartial && dialect.partial === 'any')
  const end: Cut = isRange ? { numbers: raised(numbers, numbers.length - 1), at: 'release' } : at('after')
  switch (operator) {
    case '>=':
    case '=>':
      return [{ low: at('release') }]
    case '>':
      return [{ low: end }]
    case '<':
      return [{ high: at('release') }]
    case '<=':
    case '=<':
      return [{ high: end }]
    case '!':
    case '!=':
      return outside([{ low: at('release'), high: end }])
    case '~':
    case '~>': {
      const place = dialect.caretPads ? 1 : Math.min(1, numbers.length - 1)
      return [{ low: at('release'), high: { numbers: raised(numbers, place), at: 'release' } }]
    }
    case '^':
      return [
        {
          low: at('release'),
          high: { numbers: raised(numbers, caretPlace(numbers, dialect)), at: 'release' },
        },
      ]
    default:
      return [{ low: at('release'), high: end }]
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
