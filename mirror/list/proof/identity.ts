/**
 * Compares the identity of a certificate with that of a rule: exact text, or a regular expression that must match all
 * of it. An expression that matched anywhere would accept `acme/app-evil` for `acme/app`.
 */
import { compileExpression } from '../regular-expression.ts'

/** @throws {Error} with the problem and the fix */
export function identityMatcher(text: string): (identity: string) => boolean {
  if (text.trim() !== text || text === '') {
    throw new Error(`"${text}" is empty or has spaces around it; write the identity of the certificate`)
  }
  if (!text.startsWith('/')) return (identity) => identity === text
  if (text.length < 3 || !text.endsWith('/')) {
    throw new Error(`"${text}" is not a regular expression: write it as "/https://github\\.com/acme/.*/"`)
  }
  const expression = compileExpression(text.slice(1, -1))
  if (expression.matches('')) {
    throw new Error(`"${text}" also matches an empty identity, so it accepts anyone; name the owner in it`)
  }
  return (identity) => expression.matches(identity)
}
