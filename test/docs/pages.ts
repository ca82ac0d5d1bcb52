// What the pages for users contain: code blocks, and tables of keys.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export interface Page {
  /** Relative to the project. */
  readonly name: string
  readonly text: string
}

export interface Block {
  /** `README.md:12`: the line of its first line. */
  readonly place: string
  readonly text: string
}

export function pages(): Page[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'))
  const names = ['README.md', 'CONTRIBUTING.md', 'examples/README.md', ...docs.map((name) => `docs/${name}`)]
  return names.map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }))
}

/** @param language - of the fence, such as `yaml` */
export function blocksOf({ name, text }: Page, language: string): Block[] {
  const fences = text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))
  return [...fences].map(({ index, 1: block = '' }) => ({
    place: `${name}:${text.slice(0, index).split('\n').length + 1}`,
    text: block,
  }))
}

/** The rows of tables whose first column is `key`: the keys, and what is said about them. */
export function keyRows({ text }: Page): { readonly keys: readonly string[]; readonly row: string }[] {
  let isKeys = false
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('|')) isKeys = false
    const [first = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim())
    if (first === 'key') isKeys = true
    return isKeys && first.startsWith('`') ? [{ keys: codesIn(first), row: line }] : []
  })
}

export function codesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
}
