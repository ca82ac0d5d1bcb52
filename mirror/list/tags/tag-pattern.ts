/** Parses tag patterns: an exact tag, or a regular expression between slashes. */
import { isTag } from '../../../registry/model/reference.ts'
import { compileExpression } from '../regular-expression.ts'

export interface TagPattern {
  /** Set if the pattern is one exact tag. */
  readonly exact?: string
  matches(tag: string): boolean
}

/**
 * @param source - the source of the tags, for the suggested fix
 * @throws {Error} with the problem and the fix
 */
export function parseTagPattern(text: string, source = 'HOST/PATH'): TagPattern {
  if (text.startsWith('/')) return parseRegex(text)
  if (!isTag(text))
    throw new Error(
      `"${text}" is not a tag${digestHint(text, source) ?? plusHint(text) ?? otherKeyHint(text) ?? regexHint(text)}`,
    )
  return { exact: text, matches: (tag) => tag === text }
}

export function isRegex(text: string): boolean {
  return text.startsWith('/')
}

function parseRegex(text: string): TagPattern {
  const end = text.lastIndexOf('/')
  const flags = text.slice(end + 1)
  if (end > 0 && /^[a-z]+$/.test(flags)) {
    // RE2 has no other flags; `g`, for example, means nothing for a tag.
    const kept = flags.replaceAll(/[^imsU]/g, '')
    const meant = kept === '' ? text.slice(0, end + 1) : `/(?${kept})${text.slice(1, end)}/`
    throw new Error(
      `"${text}" has flags after its last slash; write ${kept === '' ? 'it without' : 'them inside'}: "${meant}"`,
    )
  }
  if (end === 0 && text.length > 1) {
    throw new Error(`"${text}" is a regular expression without its last slash: write it as "${text}/"`)
  }
  if (end < 2 || flags !== '')
    throw new Error(`"${text}" is not a regular expression: write it as "/^1\\.2\\./"`)
  const source = text.slice(1, end)
  const compiled = compileExpression(source)
  return { matches: (tag) => compiled.test(tag) }
}

/** Handles `sha256:…`, `@sha256:…` and `7.4@sha256:…`: a digest selects one image, not tags. */
function digestHint(text: string, source: string): string | undefined {
  const [, tag = '', digest] = /^([^@]{0,128})@?\b(sha(?:256|512):[a-f0-9]*)$/i.exec(text) ?? []
  if (digest === undefined) return undefined
  const path = source.replace(/:[^:/]*$/, '')
  return ` but a digest; give it an entry of its own: "${path}${tag === '' ? '' : `:${tag}`}@${digest.toLowerCase()}"`
}

/** https://helm.sh/docs/topics/registries/ */
function plusHint(text: string): string | undefined {
  const kept = text.replaceAll('+', '_')
  if (!/^\d+\.\d+\.\d[^+]*\+/.test(text) || !isTag(kept)) return undefined
  return `: registries keep the "+" of a chart's version as "_"; write "${kept}"`
}

function otherKeyHint(text: string): string | undefined {
  if (text.startsWith('!')) return '; put the tags to leave out under "exclude"'
  return /^[<>=~]/.test(text) ? '; put a range of versions under "semver"' : undefined
}

function regexHint(text: string): string {
  if (!/[*^$+?()[\]|\\]/.test(text)) return ': 1 to 128 of A-Z a-z 0-9 _ . -, not starting with . or -'
  const meant = /^[\w.*-]+$/.test(text)
    ? `/^${text.replaceAll('.', '\\.').replaceAll('*', '.*')}$/`
    : `/${text.replaceAll('/', '\\/')}/`
  return `; write a regular expression between slashes${isCompilable(meant) ? `: "${meant}"` : ''}`
}

function isCompilable(pattern: string): boolean {
  try {
    parseRegex(pattern)
    return true
  } catch {
    return false
  }
}
