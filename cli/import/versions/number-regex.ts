/** Regular expressions for ranges of numbers: 22 and up is `2[2-9]|[3-9]\d|[1-9]\d{2,}`. */

/** @param to - undefined: no upper end */
export function numberRegex(from: number, to?: number): string {
  if (to === undefined) return from === 0 ? '\\d+' : group(upFrom(String(from)))
  const alternatives: string[] = []
  for (let low = from; low <= to; ) {
    const digits = String(low).length
    const high = Math.min(to, 10 ** digits - 1)
    alternatives.push(...sameLength(String(low), String(high)))
    low = high + 1
  }
  return group(alternatives)
}

function group(alternatives: readonly string[]): string {
  return alternatives.length === 1 ? (alternatives[0] ?? '') : `(?:${alternatives.join('|')})`
}

function upFrom(low: string): string[] {
  return [
    ...sameLength(low, '9'.repeat(low.length)),
    low.length === 1 ? '[1-9]\\d+' : `[1-9]\\d{${low.length},}`,
  ]
}

/** Both have the same number of digits. */
function sameLength(low: string, high: string): string[] {
  if (low === high) return [low]
  const [first = '', last = ''] = [low.charAt(0), high.charAt(0)]
  const [lowRest, highRest] = [low.slice(1), high.slice(1)]
  const zeros = '0'.repeat(lowRest.length)
  const nines = '9'.repeat(lowRest.length)
  if (first === last) return sameLength(lowRest, highRest).map((rest) => first + rest)
  if (lowRest === zeros && highRest === nines) return [digit(first, last) + anyDigits(zeros.length)]
  const starts = lowRest === zeros ? [] : sameLength(lowRest, nines).map((rest) => first + rest)
  const ends = highRest === nines ? [] : sameLength(zeros, highRest).map((rest) => last + rest)
  const from = Number(first) + (starts.length > 0 ? 1 : 0)
  const to = Number(last) - (ends.length > 0 ? 1 : 0)
  const middle = from <= to ? [digit(String(from), String(to)) + anyDigits(zeros.length)] : []
  return [...starts, ...middle, ...ends]
}

function digit(from: string, to: string): string {
  if (from === to) return from
  return from === '0' && to === '9' ? '\\d' : `[${from}-${to}]`
}

function anyDigits(count: number): string {
  if (count === 0) return ''
  return count === 1 ? '\\d' : `\\d{${count}}`
}
