/**
 * Parses WWW-Authenticate headers with several challenges, in which commas separate both parameters and challenges.
 * https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate
 * Accepts single quotes too, which the grammar lacks and some registries send.
 */

export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string
  /** Names in lower case. */
  readonly params: ReadonlyMap<string, string>
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y
const QUOTED = /"((?:[^"\\]|\\.)*)"?/y
const SINGLE_QUOTED = /'([^']*)'/y
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=\s*(?:,|$))/y
const BARE_VALUE = /[^\s,]+/y

/** Returns the challenges in order, up to the first one that is malformed. */
export function parseChallenges(header: string): Challenge[] {
  const text = scanner(header)
  const challenges: Challenge[] = []
  for (;;) {
    text.skip(/[\s,]*/y)
    const scheme = text.take(TOKEN)
    if (scheme === undefined) return challenges
    const params = new Map<string, string>()
    challenges.push({ scheme: scheme.toLowerCase(), params })
    text.skip(/\s*/y)
    if (!text.at(/[^\s=,]+\s*=\s*[^=\s,]/y)) text.take(TOKEN68)
    readParams(text, params)
  }
}

/** Stops before a word without a following `=`, which is the next challenge's scheme. */
function readParams(text: Scanner, params: Map<string, string>): void {
  for (;;) {
    text.skip(/[\s,]*/y)
    if (!text.at(/[!#$%&'*+\-.^_`|~0-9A-Za-z]+\s*=/y)) return
    const name = text.take(TOKEN)?.toLowerCase() ?? ''
    text.skip(/\s*=\s*/y)
    const quoted = text.take(QUOTED, 1)
    const value =
      quoted?.replace(/\\(.)/g, '$1') ?? text.take(SINGLE_QUOTED, 1) ?? text.take(BARE_VALUE) ?? ''
    if (!params.has(name)) params.set(name, value)
  }
}

interface Scanner {
  /** Consumes a match at the current position. */
  take(pattern: RegExp, group?: number): string | undefined
  skip(pattern: RegExp): void
  at(pattern: RegExp): boolean
}

function scanner(text: string): Scanner {
  let position = 0
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position
    return pattern.exec(text)
  }
  const take = (pattern: RegExp, group = 0): string | undefined => {
    const found = match(pattern)
    if (found === null) return undefined
    position += found[0].length
    return found[group]
  }
  return { take, skip: (pattern) => void take(pattern), at: (pattern) => match(pattern) !== null }
}
