/** The content security policy of the page: its own style and script by their hashes, and nothing else. */
import { digestOf } from '../../registry/model/digest.ts'

/**
 * Even if a text escaped its element, its script would not run and nothing could be sent anywhere.
 * https://www.w3.org/TR/CSP3/
 * @param live - whether the script may reload the page from its own origin
 */
export function policyOf(style: string, script: string, live = false): string {
  return [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    ...(live ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function hashOf(text: string): string {
  const [algorithm, hex = ''] = digestOf(Buffer.from(text)).split(':')
  return `${algorithm}-${Buffer.from(hex, 'hex').toString('base64')}`
}
