// What other tools select with a version constraint, written from their documentation and independent of the importers.

interface Version {
  readonly numbers: readonly number[]
  readonly hasSuffix: boolean
}

const compare = (one: readonly number[], other: readonly number[]): number => {
  for (let at = 0; at < 6; at++) {
    if ((one[at] ?? 0) !== (other[at] ?? 0)) return (one[at] ?? 0) - (other[at] ?? 0)
  }
  return 0
}

/** A tag with a suffix comes before the release of its numbers. */
const order = (version: Version, numbers: readonly number[]): number =>
  compare(version.numbers, numbers) || (version.hasSuffix ? -1 : 0)

const numbersOf = (text: string): number[] => text.split('.').map(Number)

function holds(operator: string, difference: number): boolean {
  switch (operator) {
    case '>=':
    case '=>':
      return difference >= 0
    case '>':
      return difference > 0
    case '<=':
    case '=<':
      return difference <= 0
    case '<':
      return difference < 0
    case '!=':
    case '!':
      return difference !== 0
    default:
      return difference === 0
  }
}

const PART = /^([<>=!~^]*)v?([\d.xX*]+)(-0)?$/

/** https://github.com/regclient/regclient: any count of numbers, everything after a dash is a prerelease. */
export function regsyncMatches(tag: string, range: string): boolean {
  const [, numbers, suffix = ''] = /^v?(\d+(?:\.\d+)*)(?:-(.*))?$/.exec(tag) ?? []
  if (numbers === undefined) return false
  const version = { numbers: numbersOf(numbers), hasSuffix: suffix !== '' }
  return range.split(' ').every((part) => {
    const [, operator = '', text = '', lowest] = PART.exec(part) ?? []
    const given = numbersOf(text)
    const [major = 0, minor = 0, patch = 0] = given
    if (operator === '~') return order(version, given) >= 0 && order(version, [major, minor + 1]) < 0
    if (operator === '^') {
      const end = major > 0 ? [major + 1] : minor > 0 ? [0, minor + 1] : [0, 0, patch + 1]
      return order(version, given) >= 0 && order(version, end) < 0
    }
    // Nothing is lower than "-0", so that it is at most equal.
    if (lowest)
      return compare(version.numbers, given) === 0
        ? operator === '>='
        : holds(operator, compare(version.numbers, given))
    return holds(operator, order(version, given))
  })
}

/** https://github.com/Masterminds/semver: one to three numbers, no suffixes; a partial version stands for all of its. */
export function skopeoMatches(tag: string, range: string): boolean {
  const [, numbers] = /^v?(\d+(?:\.\d+){0,2})$/.exec(tag) ?? []
  if (numbers === undefined) return false
  const version = numbersOf(numbers)
  return range.split('||').some((alternative) =>
    alternative
      .replace(/(\S+) - (\S+)/, '>=$1 <=$2')
      .replace(/([<>=]) /g, '$1')
      .split(/[\s,]+/)
      .filter((part) => part !== '')
      .every((part) => {
        const [, operator = '', text = ''] = PART.exec(part) ?? []
        const given = numbersOf(text.replace(/\.?[xX*].*$/, '')).filter(
          (number) => !Number.isNaN(number) && text !== '*',
        )
        const head = version.slice(0, given.length)
        while (head.length < given.length) head.push(0)
        const isSame = compare(head, given) === 0
        const [major = 0, minor = 0] = given
        if (given.length === 0) return true
        if (operator === '~')
          return (
            compare(version, given) >= 0 &&
            compare(version.slice(0, Math.min(2, given.length)), given.slice(0, 2)) === 0
          )
        if (operator === '^') {
          if (compare(version, given) < 0) return false
          if (major > 0 || given.length === 1) return version[0] === major
          if (minor > 0 || given.length === 2) return version[0] === 0 && (version[1] ?? 0) === minor
          return compare(version, given) === 0
        }
        if (given.length < 3 && ['', '='].includes(operator)) return isSame
        if (given.length < 3 && operator === '!=') return !isSame
        if (given.length < 3 && operator === '>') return compare(head, given) > 0
        if (given.length < 3 && ['<=', '=<'].includes(operator)) return compare(head, given) <= 0
        return holds(operator, compare(version, given))
      }),
  )
}

/** https://github.com/blang/semver: up to three numbers, and a suffix only after three. */
export function dregsyMatches(tag: string, range: string): boolean {
  const [, numbers, suffix] = /^v?(\d+(?:\.\d+){0,2})(-.*)?$/.exec(tag) ?? []
  if (numbers === undefined) return false
  const identifiers = suffix?.slice(1).split('.') ?? []
  if (suffix !== undefined && numbers.split('.').length < 3) return false
  if (!identifiers.every((one) => /^[0-9A-Za-z-]+$/.test(one) && !/^0\d+$/.test(one))) return false
  const version = { numbers: numbersOf(numbers), hasSuffix: suffix !== undefined }
  return range.split('||').some((alternative) =>
    alternative
      .replace(/([<>=]) /g, '$1')
      .split(' ')
      .filter((part) => part !== '')
      .every((part) => {
        const [, operator = '', text = ''] = PART.exec(part) ?? []
        const fixed = numbersOf(text.replace(/\.x.*$/, ''))
        if (!text.includes('x')) return holds(operator, order(version, fixed))
        const next = fixed.with(-1, (fixed.at(-1) ?? 0) + 1)
        const [isUnder, isOver] = [order(version, fixed) < 0, order(version, next) >= 0]
        if (operator === '>') return isOver
        if (operator === '<=') return !isOver
        return !isUnder && !isOver
      }),
  )
}

/** https://github.com/clowdhaus/ocync: the numbers alone, which dots and underscores separate. */
export function ocyncMatches(tag: string, range: string): boolean {
  const [, numbers] = /^v?(\d+(?:[._]\d+)*)(?:-.*)?$/.exec(tag) ?? []
  if (numbers === undefined) return false
  const version = numbers.split(/[._]/).map(Number)
  return range.split(',').every((part) => {
    const [, operator = '', text = ''] = PART.exec(part.trim()) ?? []
    return holds(operator, compare(version, numbersOf(text)))
  })
}
