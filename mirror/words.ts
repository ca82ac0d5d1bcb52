/** Formats bounded lists of words. */

/** Joins as many words as fit into `width`, and counts the rest: `7.2, 7.4 and 10 more`. */
export function listed(words: readonly string[], width: number): string {
  let text = ''
  for (const [index, word] of words.entries()) {
    const next = index === 0 ? word : `${text}, ${word}`
    if (index > 0 && next.length > width) return `${text} and ${words.length - index} more`
    text = next
  }
  return text
}
