/** Parses variants: the exact suffix of a version (`alpine`), or a regular expression between slashes. */
import { isRegex, parseTagPattern } from './tag-pattern.ts'

export interface Suffix {
  /** The whole suffix: `debian-12-r4`. */
  readonly variant: string
  /** The suffix without the number of its rebuild: `debian-12`. */
  readonly family: string
}

/**
 * @returns whether a suffix is of the variant; `debian-12` is `debian-12-r4` too
 * @throws {Error} with the problem and the fix
 */
export function parseVariant(text: string): (suffix: Suffix) => boolean {
  if (isRegex(text)) {
    const { matches } = parseTagPattern(text)
    return ({ variant }) => matches(variant)
  }
  if (!/^[A-Za-z0-9][\w.-]*$/.test(text)) throw new Error(`"${text}" is not a variant${fixFor(text)}`)
  return ({ variant, family }) => variant === text || family === text
}

function fixFor(text: string): string {
  const bare = text.replace(/^[-*]+/, '').replace(/(?<!\*)\*+$/, '')
  if (!/^[A-Za-z0-9][\w.-]*$/.test(bare)) return ': it is the suffix of a tag, such as "alpine"'
  const regex = text.includes('*')
    ? `"/${text.startsWith('*') ? '' : '^'}${bare.replaceAll('.', '\\.')}/"`
    : undefined
  return `; write ${regex ?? `"${bare}"`}`
}
