/** Fits text into the width of a terminal. */

/** Joins as many words as fit, and adds the number of the others. */
export function fewOf(words: readonly string[], width: number): string {
  let text = ''
  for (const [index, word] of words.entries()) {
    const next = index === 0 ? word : `${text}, ${word}`
    const left = words.length - index
    if (index > 0 && next.length > width) return `${text} +${left}`
    text = next
  }
  return text
}

/** Cuts text in the middle, where references differ least. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text
  const head = Math.ceil((width - 1) / 3)
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`
}

/** Cuts text at the end. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

/** Wraps text at spaces. A longer word stays whole, so that it can be copied. */
export function wrap(text: string, width: number, indent = ''): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(' ')) {
      const next = line === '' ? `${indent}${word}` : `${line} ${word}`
      if (line !== '' && next.length > width) {
        lines.push(line)
        line = `${indent}${word}`
      } else line = next
    }
    return [...lines, line]
  })
}

/** Wraps a line at spaces, and indents what follows by two more than the line itself. */
export function wrapHanging(line: string, width: number): string[] {
  const [indent = ''] = /^ */.exec(line) ?? []
  const [first = '', ...others] = wrap(line.slice(indent.length), width - indent.length - 2)
  return [`${indent}${first}`, ...others.map((other) => `${indent}  ${other}`)]
}
