/** Turns patterns of other tools into patterns of a list, which are RE2. */
import { isRegex, parseTagPattern } from '../../mirror/list/tags/tag-pattern.ts'

/** Selects all tags. */
export const ALL_TAGS = '/.*/'

/** @returns undefined if RE2 does not know the syntax, such as lookahead */
export function regexPattern(source: string): string | undefined {
  const pattern = source === '' ? ALL_TAGS : `/${source}/`
  try {
    parseTagPattern(pattern)
    return pattern
  } catch {
    return undefined
  }
}

/** Globs as shells have them: `*`, `?`, `[a-z]`, `[!a]` and `{a,b}`. */
export function globPattern(glob: string): string | undefined {
  const regex = globRegex(glob)
  return regex === undefined ? undefined : regexPattern(`^${regex}$`)
}

function globRegex(glob: string): string | undefined {
  const pieces = glob.match(/\[!?\]?[^\]]{0,128}\]|\\.|[\s\S]/g) ?? []
  let depth = 0
  let regex = ''
  for (const piece of pieces) {
    if (/^\[./.test(piece)) regex += piece.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
    else if (/^\\./.test(piece)) regex += escaped(piece.slice(1))
    else if (piece === '*') regex += '.*'
    else if (piece === '?') regex += '.'
    else if (piece === '{') {
      depth++
      regex += '(?:'
    } else if (piece === '}' && depth > 0) {
      depth--
      regex += ')'
    } else regex += piece === ',' && depth > 0 ? '|' : escaped(piece)
  }
  return depth === 0 ? regex : undefined
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** Whether a pattern of a list matches a tag. */
export function matchesTag(pattern: string, tag: string): boolean {
  return parseTagPattern(pattern).matches(tag)
}

export function isExact(pattern: string): boolean {
  return !isRegex(pattern)
}
