/** Parses YAML or JSON of other tools into nodes. It is lenient where those tools are, and bounded. */
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document as YamlDocument,
} from 'yaml'
import { explainSyntax } from '../../../mirror/list/document/explain-syntax.ts'
import { refuse } from '../../../mirror/list/document/problems.ts'
import type { Node } from './node.ts'

/** Larger files are no lists of images. */
export const MAX_BYTES = 8 * 1024 * 1024
const MAX_NODES = 500_000
const MAX_DEPTH = 64

/** @throws InvalidInput unless the text is one YAML or JSON document */
export function readNode(text: string, file: string): Node {
  const lines = new LineCounter()
  const yaml = withoutComments(text)
  const [document, second] = parseAllDocuments(yaml, {
    lineCounter: lines,
    prettyErrors: false,
    // All scalars stay text: a tag 1.10 is not the number 1.1.
    schema: 'failsafe',
    // Tools that accept a key twice use its last value.
    uniqueKeys: false,
  }) as YamlDocument.Parsed[]
  if (document === undefined) return { line: 1, text: '' }
  if (document.errors.length > 0) return refuse(file, explainSyntax(document.errors, yaml, lines))
  if (second !== undefined) {
    const line = lines.linePos(second.range[0]).line
    return refuse(file, [{ path: [], line, text: 'has a second document; give each a file of its own' }])
  }
  return createConverter(lines, file)(document.contents, 0, 1)
}

type Convert = (value: unknown, depth: number, line: number) => Node

function createConverter(lines: LineCounter, file: string): Convert {
  let nodes = 0
  /** Aliases share the node of their anchor, so that they cannot multiply. */
  const anchors = new Map<string, Node>()
  const convert: Convert = (value, depth, above) => {
    const at = (value as { range?: readonly number[] } | null)?.range?.[0]
    const line = at === undefined ? above : lines.linePos(at).line
    nodes++
    if (nodes > MAX_NODES || depth > MAX_DEPTH) {
      const what = depth > MAX_DEPTH ? 'is nested too deeply' : 'has too many values'
      return refuse(file, [{ path: [], line, text: `${what} to be a list of images` }])
    }
    if (isAlias(value)) return { ...(anchors.get(value.source) ?? { text: '' }), line }
    const node = converted(value, depth, line)
    if (isNode(value) && 'anchor' in value && typeof value.anchor === 'string')
      anchors.set(value.anchor, node)
    return node
  }
  const converted: Convert = (value, depth, line) => {
    if (isSeq(value)) return { line, list: value.items.map((item) => convert(item, depth + 1, line)) }
    if (!isMap(value)) return { line, text: scalarText(isScalar(value) ? value.value : undefined) }
    const pairs = value.items.map(({ key, value: child }) => {
      const name = convert(key, depth + 1, line)
      return [name.text ?? '', { ...convert(child, depth + 1, name.line), line: name.line }] as const
    })
    return { line, map: merged(pairs) }
  }
  return convert
}

/** Resolves the merge key of YAML 1.1, `<<: *defaults`. Keys of the mapping itself come first. */
function merged(pairs: readonly (readonly [string, Node])[]): Map<string, Node> {
  const own = new Map(pairs.filter(([key]) => key !== '<<'))
  for (const [, node] of pairs.filter(([key]) => key === '<<')) {
    for (const { map } of node.list ?? [node]) {
      for (const [key, value] of map ?? []) if (!own.has(key)) own.set(key, value)
    }
  }
  return own
}

function scalarText(value: unknown): string {
  const text = typeof value === 'string' ? value : ''
  return text === '~' || text === 'null' ? '' : text
}

/** JSON may have comments after two slashes, and tabs as indentation. Lines stay where they are. */
function withoutComments(text: string): string {
  if (!/^\s*(?:\/\/[^\n]*\n\s*)*[[{]/.test(text.slice(0, 10_000))) return text
  let json = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (isQuoted) {
      json += char
      if (char === '\\') json += text.charAt(++at)
      else if (char === '"') isQuoted = false
    } else if (char === '/' && text.charAt(at + 1) === '/' && /^[\s,{}[\]]?$/.test(text.charAt(at - 1))) {
      const end = text.indexOf('\n', at)
      at = (end < 0 ? text.length : end) - 1
    } else {
      if (char === '"') isQuoted = true
      json += char === '\t' ? ' ' : char
    }
  }
  return json
}
