// How docs/scale.md writes numbers and tables.

export const number = (value: number) => Math.round(value).toLocaleString('en-US')

/** Nothing is 0, and little is not. */
export function dollars(value: number): string {
  if (value === 0) return '0'
  if (value < 0.005) return '< 0.01'
  return value < 10 ? value.toFixed(2) : number(value)
}

/** Its first column in words, the others in numbers. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}
