/** Writes intervals of versions as regular expressions, which match exactly the tags that another tool selects. */
import { type Cut, compareNumbers, type Interval, outside } from './interval.ts'
import { numberRegex } from './number-regex.ts'

/** What a tool reads as a version. All accept a leading `v` and leading zeros. */
export interface Grammar {
  readonly separator: string
  readonly maxNumbers?: number
  /** How many numbers a version with a suffix has at least. */
  readonly minNumbersWithSuffix?: number
  /** The suffix with its dash. */
  readonly suffix: string
  /** What may follow the numbers of a tag without a suffix. */
  readonly end?: string
}

/** A bound on the numbers alone. */
interface Bound {
  readonly numbers: readonly number[]
  readonly isIncluded: boolean
}

interface Cores {
  readonly low?: Bound | undefined
  readonly high?: Bound | undefined
}

/** Patterns of `tags.include` that together match the intervals. */
export function versionPatterns(intervals: readonly Interval[], grammar: Grammar): string[] {
  return intervals.flatMap((interval) => {
    const release = coreRegex(coresOf(interval, 'release'), grammar, 1)
    const least = grammar.minNumbersWithSuffix ?? 1
    const suffixed = interval.isReleaseOnly
      ? undefined
      : coreRegex(coresOf(interval, 'suffixed'), grammar, least)
    const end = grammar.end ?? ''
    if (release !== undefined && release === suffixed) return [`/^v?${release}(?:${grammar.suffix})?${end}$/`]
    return [
      ...(release === undefined ? [] : [`/^v?${release}${end}$/`]),
      ...(suffixed === undefined ? [] : [`/^v?${suffixed}${grammar.suffix}$/`]),
    ]
  })
}

/** Patterns of `tags.exclude` that together match everything but the intervals. */
export function otherPatterns(intervals: readonly Interval[], grammar: Grammar): string[] {
  return [...versionPatterns(outside(intervals), grammar), ...nonVersionPatterns(grammar)]
}

/** Tags that have no number where a version needs one, or something else after a number. */
function nonVersionPatterns({ separator, maxNumbers, minNumbersWithSuffix }: Grammar): string[] {
  const numbers = `(?:\\d+${separator})`
  const isDot = separator === '\\.'
  return [
    '/^[^\\dv]/',
    `/^v?${numbers}+(?:\\D|$)/`,
    `/^v${numbers}*(?:\\D|$)/`,
    `/^v?${numbers}*\\d+[^\\d.${isDot ? '' : '_'}-]/`,
    ...(maxNumbers === undefined ? [] : [`/^v?\\d+(?:${separator}\\d+){${maxNumbers},}/`]),
    ...(minNumbersWithSuffix === undefined
      ? []
      : [
          `/^v?\\d+(?:${separator}\\d+){0,${minNumbersWithSuffix - 2}}-/`,
          // Identifiers of a strict suffix: none is empty, a number with leading zeros, or has an underscore.
          '/^[^-]*-(?:.*\\.)?(?:0\\d+)?(?:\\.|$)/',
          '/_/',
        ]),
  ]
}

/** The cores whose tags of one kind are in the interval. */
function coresOf({ low, high }: Interval, kind: 'suffixed' | 'release'): Cores {
  const starts = (cut: Cut) => (kind === 'release' ? cut.at !== 'after' : cut.at === 'suffixed')
  const ends = (cut: Cut) => (kind === 'release' ? cut.at === 'after' : cut.at !== 'suffixed')
  return {
    ...(low && { low: { numbers: trimmed(low.numbers), isIncluded: starts(low) } }),
    ...(high && { high: { numbers: trimmed(high.numbers), isIncluded: ends(high) } }),
  }
}

/** 1.2.0 equals 1.2. */
function trimmed(numbers: readonly number[]): readonly number[] {
  return numbers.slice(0, numbers.findLastIndex((number) => number !== 0) + 1)
}

/** @returns undefined if there are no such cores */
function coreRegex({ low, high }: Cores, grammar: Grammar, least: number): string | undefined {
  const max = grammar.maxNumbers ?? Number.POSITIVE_INFINITY
  const { separator } = grammar
  const depth = Math.max(1, low?.numbers.length ?? 0, high?.numbers.length ?? 0)
  const anyMore = (index: number) => {
    const [from, to] = [Math.max(0, least - index), max - index]
    if (to <= 0) return ''
    const times = to === Number.POSITIVE_INFINITY ? (from === 0 ? '*' : `{${from},}`) : `{${from},${to}}`
    return `(?:${separator}\\d+)${times === '{0,1}' ? '?' : times === '{1,1}' ? '' : times}`
  }

  /** Matches what follows so many numbers. `low` and `high` still apply if the numbers before equal theirs. */
  function rest(index: number, isLow: boolean, isHigh: boolean): string | undefined {
    const isOverLow = !isLow || (low?.isIncluded === true && index >= low.numbers.length)
    if (isOverLow && !isHigh) return anyMore(index)
    const mayEnd = index >= least && endFits(index, isLow, isHigh)
    if (index >= max) return mayEnd ? '' : undefined
    const more = next(index, isLow, isHigh)
    if (more === undefined) return mayEnd ? '' : undefined
    return mayEnd ? `(?:${more})?` : more
  }

  /** Whether a version may end here, as if zeros followed. */
  function endFits(index: number, isLow: boolean, isHigh: boolean): boolean {
    const below = isLow && low ? compareNumbers([], low.numbers.slice(index)) : 1
    const above = isHigh && high ? compareNumbers([], high.numbers.slice(index)) : -1
    return (
      (below > 0 || (below === 0 && low?.isIncluded === true)) &&
      (above < 0 || (above === 0 && high?.isIncluded === true))
    )
  }

  function next(index: number, isLow: boolean, isHigh: boolean): string | undefined {
    const dot = index === 0 ? '' : separator
    if (index >= depth) return zeros(index, isLow, isHigh)
    const from = isLow ? (low?.numbers[index] ?? 0) : 0
    const to = isHigh ? (high?.numbers[index] ?? 0) : undefined
    const alternatives: string[] = []
    const add = (number: string, after: string | undefined) => {
      if (after !== undefined) alternatives.push(`${dot}${number}${after}`)
    }
    if (isLow && from === to) add(exactly(from), rest(index + 1, true, true))
    else if (to === undefined || from <= to) {
      if (isLow) add(exactly(from), rest(index + 1, true, false))
      const middle = [isLow ? from + 1 : 0, to === undefined ? undefined : to - 1] as const
      if (middle[1] === undefined || middle[0] <= middle[1]) {
        add(leading(numberRegex(...middle)), rest(index + 1, false, false))
      }
      if (to !== undefined) add(exactly(to), rest(index + 1, false, true))
    }
    return alternatives.length > 1 ? `(?:${alternatives.join('|')})` : alternatives[0]
  }

  /** After the last number of the bounds, only zeros stay equal to them. */
  function zeros(index: number, isLow: boolean, isHigh: boolean): string | undefined {
    const dot = index === 0 ? '' : separator
    if (isHigh) {
      if (!high?.isIncluded || (isLow && !low?.isIncluded)) return undefined
      if (max === Number.POSITIVE_INFINITY) return `${dot}0+(?:${separator}0+)*`
      const after = rest(index + 1, isLow, true)
      return after === undefined ? undefined : `${dot}0+${after}`
    }
    if (!isLow || low?.isIncluded) return `${dot}\\d+${anyMore(index + 1)}`
    if (max === Number.POSITIVE_INFINITY) return `(?:${separator}0+)*${dot}0*[1-9]\\d*(?:${separator}\\d+)*`
    const after = rest(index + 1, true, false)
    return `${dot}(?:0*[1-9]\\d*${anyMore(index + 1)}${after === undefined ? '' : `|0+${after}`})`
  }

  return next(0, low !== undefined, high !== undefined)
}

function exactly(number: number): string {
  return number === 0 ? '0+' : `0*${number}`
}

function leading(regex: string): string {
  return regex === '\\d+' ? regex : `0*${regex}`
}
