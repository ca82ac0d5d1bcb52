/**
 * Compiles the regular expressions of a list. They come from users and run in our Lambdas, so they use RE2, whose time
 * is linear in the text.
 */
import { RE2JS } from 're2js'

/**
 * @param source - the expression without its slashes
 * @throws {Error} with the problem and the fix
 */
export function compileExpression(source: string): RE2JS {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error)
    const hint = /Perl syntax|named capture|escape/.test(why)
      ? '; RE2 has no lookaround and no backreference'
      : ''
    throw new Error(`"/${source}/" is not a valid RE2 regular expression: ${why}${hint}`, { cause: error })
  }
}
