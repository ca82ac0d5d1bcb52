/** The tree that importers read: text, lists and mappings with their lines. Mappings are Maps, whatever the keys. */
import { refuse } from '../../../mirror/list/document/problems.ts'

export interface Node {
  readonly line: number
  /** Set for a scalar, as it is written: `1.10`, not 1.1. Empty for null. */
  readonly text?: string
  readonly list?: readonly Node[]
  readonly map?: ReadonlyMap<string, Node>
}

/** The nodes of one file, with errors that name file and line. */
export interface Reader {
  readonly file: string
  /** @throws InvalidInput */
  fail(node: Node | undefined, text: string): never
  /** A value of a mapping; undefined if it is missing or empty. */
  get(node: Node | undefined, key: string): Node | undefined
  /** @throws InvalidInput unless it is text */
  text(node: Node, what: string): string
  /** The text of a key; undefined if it is missing or empty. */
  textAt(node: Node | undefined, key: string): string | undefined
  /** A list, or a single value in place of one; empty if it is missing. */
  items(node: Node | undefined): readonly Node[]
  texts(node: Node | undefined, what: string): string[]
  entries(node: Node | undefined): readonly (readonly [string, Node])[]
}

export function createReader(file: string): Reader {
  const reader: Reader = {
    file,
    fail: (node, text) => refuse(file, [{ path: [], text, ...(node && { line: node.line }) }]),
    get(node, key) {
      const value = node?.map?.get(key)
      return value?.text === '' ? undefined : value
    },
    text(node, what) {
      if (node.text !== undefined) return node.text
      return reader.fail(node, `${what} must be text, and is a ${node.list ? 'list' : 'mapping'}`)
    },
    textAt(node, key) {
      const value = reader.get(node, key)
      return value === undefined ? undefined : reader.text(value, `"${key}"`)
    },
    items: (node) => (node === undefined || node.text === '' ? [] : (node.list ?? [node])),
    texts: (node, what) => reader.items(node).map((item) => reader.text(item, what)),
    entries: (node) => [...(node?.map ?? [])],
  }
  return reader
}
