/** Formats text of the imported file for messages and comments. */
import { printable } from '../../../registry/model/label.ts'

const MAX_QUOTED = 80

/** In quotes, on one line, bounded in length. */
export function quotedText(text: string): string {
  return `"${printable(text, MAX_QUOTED)}"`
}

/** On one line, of any length. */
export function plainText(text: string): string {
  return printable(text, text.length)
}
