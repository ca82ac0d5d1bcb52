/** Parses YAML or JSON strictly, and keeps the line of each value for error messages. */
import { isNode, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { explainSyntax } from './explain-syntax.ts'
import { oddValues } from './odd-values.ts'
import { messageOf, type Path, refuse } from './problems.ts'

export interface SourceText {
  /** Name for people: `mirror.yaml`, `s3://bucket/list.json`, `the execution's input`. */
  readonly file: string
  readonly value: unknown
  lineOf(path: Path): number | undefined
  /** A scalar as written: `1.10`, which would be 1.1 as a number. */
  writtenAt(path: Path): string | undefined
}

/** @throws InvalidInput unless the text is a single YAML (or JSON) document without duplicate keys */
export function readText(text: string, file: string): SourceText {
  const lines = new LineCounter()
  const document = parseDocument(spaced(text), {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: true,
  })
  const wrong = explainSyntax([...document.errors, ...document.warnings], text, lines)
  const odd = wrong.length > 0 ? wrong : oddValues(document, text, lines)
  if (odd.length > 0) refuse(file, odd)
  return {
    file,
    value: plain(document, file),
    lineOf(path) {
      const at = nodeAt(document.contents, path)?.range?.[0]
      return at === undefined ? undefined : lines.linePos(at).line
    },
    writtenAt(path) {
      const node = nodeAt(document.contents, path)
      return isScalar(node) ? node.source : undefined
    },
  }
}

/** JSON is YAML except for tabs as indentation. JSON strings contain no line breaks, so none of them is changed. */
function spaced(text: string): string {
  return /^\s*[[{]/.test(text) ? text.replace(/^\t+/gm, (tabs) => ' '.repeat(tabs.length)) : text
}

/** Wraps a value that is already parsed, such as an execution's input. */
export function fromValue(value: unknown, file: string): SourceText {
  return { file, value, lineOf: () => undefined, writtenAt: () => undefined }
}

/** `toJS` refuses aliases that multiply into gigabytes. */
function plain(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    return refuse(file, [{ path: [], text: `cannot be read: ${messageOf(error)}` }])
  }
}

/** A document that is an array of images, as a list with the key `images`. */
export function asImages({ file, value, lineOf, writtenAt }: SourceText): SourceText {
  return {
    file,
    value: { images: value },
    lineOf: (path) => lineOf(path.slice(1)),
    writtenAt: (path) => writtenAt(path.slice(1)),
  }
}

/** The node at a path; for the last key that is not a value (an unknown key), the key itself. */
function nodeAt(root: unknown, path: Path): Node | undefined {
  let node = root
  for (const step of path) {
    const items: readonly unknown[] =
      isNode(node) && 'items' in node && Array.isArray(node.items) ? node.items : []
    const pair = items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === step)
    const next = typeof step === 'number' ? items[step] : isPair(pair) ? (pair.value ?? pair.key) : undefined
    if (!isNode(next)) return isNode(node) ? node : undefined
    node = next
  }
  return isNode(node) ? node : undefined
}
