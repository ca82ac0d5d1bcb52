/** Parses version ranges in npm's syntax. Other tools' notations are refused with the corrected text. */
// Not from the index, which loads and runs thirty other modules.
import Range from 'semver/classes/range.js'
import minVersion from 'semver/ranges/min-version.js'
import { PRERELEASE_WORDS } from './prerelease-words.ts'

const NUMBERED_WORD = new RegExp(`-(${PRERELEASE_WORDS.join('|')})(\\d)`, 'g')

/** Notations of Masterminds/semver (Helm, skopeo), Ruby and prose: https://github.com/Masterminds/semver#checking-version-constraints */
const CORRECTIONS: readonly (readonly [RegExp, string])[] = [
  [/ ?(?:,|&&|\band\b) ?/gi, ' '],
  [/ ?(?:\|\|?|\bor\b) ?/gi, ' || '],
  [/=([<>])/g, '$1='],
  [/==/g, '='],
  [/([<>=~^]) /g, '$1'],
]

/** @throws {Error} with the problem and the fix */
export function parseRange(text: string): Range {
  if (text.trim() === '') throw new Error(`"${text}" is not a version range; write "*" for all versions`)
  const range = tryRange(text)
  if (range === undefined) throw new Error(`"${text}" is not a version range${fixFor(text)}`)
  if (minVersion(range) === null)
    throw new Error(`"${text}" contains no version: its parts exclude each other`)
  return range
}

/** `rc1` means `rc.1`, as in tags (version.ts), so that rc10 is newer than rc2. */
function tryRange(text: string): Range | undefined {
  try {
    return new Range(text.toLowerCase().replace(NUMBERED_WORD, '-$1.$2'))
  } catch {
    return undefined
  }
}

function fixFor(text: string): string {
  if (text.startsWith('/')) return ' but a regular expression; put it under "include"'
  const spaced = text.trim().split(/\s+/).join(' ')
  const corrected = CORRECTIONS.reduce((to, [wrong, right]) => to.replace(wrong, right), spaced).trim()
  if (corrected !== text && corrected !== '' && tryRange(corrected) !== undefined)
    return `; write "${corrected}"`
  if (/!=/.test(text)) return '; ranges have no "!=": put the tags to leave out under "exclude"'
  if (/(?:^|\D)\d+\.\d+\.\d+\.\d/.test(text)) return ': a range compares three numbers, such as ">=1.2.3"'
  if (/(?:^|[^\d.])0\d/.test(text) || /\.0\d/.test(text)) return ': version numbers have no leading zeros'
  if (/^[a-z][\w.-]*$/i.test(text)) return '; an exact tag belongs under "include"'
  return '; write it as ">=1.2 <3" or "^1.2"'
}
