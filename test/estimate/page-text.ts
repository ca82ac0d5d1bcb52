// Formats numbers and tables for docs/scale.md.

export const number = (value: number) => Math.round(value).toLocaleString('en-US')

/** Prints small amounts as `< 0.01`, so that only zero is printed as 0. */
export function dollars(value: number): string {
  if (value === 0) return '0'
  if (value < 0.005) return '< 0.01'
  return value < 10 ? value.toFixed(2) : number(value)
}

/** Aligns all columns but the first to the right. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}
