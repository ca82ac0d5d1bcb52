/** The formats that lists are imported from, and how a file shows which one it has. */
import { refuse } from '../../mirror/list/document/problems.ts'
import { FORMAT_NAMES, type FormatName } from './format-names.ts'
import type { Found } from './found.ts'
import { fromAwsEcrMirror } from './from/aws-ecr-mirror.ts'
import { fromCdkEcrSync } from './from/cdk-ecr-sync.ts'
import { fromDregsy } from './from/dregsy.ts'
import { fromImageSyncer } from './from/image-syncer.ts'
import { fromLines } from './from/lines.ts'
import { fromOcync } from './from/ocync.ts'
import { fromRegsync } from './from/regsync.ts'
import { fromSkopeo, SKOPEO_KEYS } from './from/skopeo.ts'
import { createReader, type Node, type Reader } from './read/node.ts'
import { readNode } from './read/read-node.ts'
import { tryReference } from './read/references.ts'

/** Formats in YAML or JSON. */
type TreeFormat = Exclude<FormatName, 'lines'>
type Importer = (root: Node, reader: Reader, context: { readonly now: Date }) => Found

const IMPORTERS: Readonly<Record<TreeFormat, readonly [tool: string, read: Importer]>> = {
  regsync: ['regsync', fromRegsync],
  skopeo: ['skopeo sync', fromSkopeo],
  'image-syncer': ['image-syncer', fromImageSyncer],
  dregsy: ['dregsy', fromDregsy],
  ocync: ['ocync', fromOcync],
  'cdk-ecr-sync': ['cdk-ecr-sync', fromCdkEcrSync],
  'aws-ecr-mirror': ['aws-ecr-mirror', fromAwsEcrMirror],
}

export interface FileOptions {
  /** Name for people. */
  readonly file: string
  /** @default - recognized by its shape */
  readonly from?: FormatName | undefined
  /** Entries that have expired by then are left out. */
  readonly now: Date
}

/** @throws InvalidInput if the text is not of a known format */
export function readFormat(
  text: string,
  { file, from, now }: FileOptions,
): { readonly tool: string; readonly found: Found } {
  if (from === 'lines' || (from === undefined && areLines(text))) {
    return { tool: 'plain lines', found: fromLines(text, file) }
  }
  const root = readNode(text, file)
  const [tool, read] = IMPORTERS[from ?? formatOf(root) ?? refuseShape(root, file)]
  return { tool, found: read(root, createReader(file), { now }) }
}

function refuseShape(root: Node, file: string): never {
  const isOurs = root.map?.has('images') === true && (root.map.has('regions') || root.map.has('targets'))
  if (root.text === '') return refuse(file, [{ path: [], text: 'is empty; name the list of another tool' }])
  const why = isOurs
    ? 'is a list already; check it with "image-mirror validate"'
    : `has the shape of no known format; name it with --from (${FORMAT_NAMES.join(', ')})`
  return refuse(file, [{ path: [], text: why }])
}

/** Text whose first line with a word is a reference alone. */
function areLines(text: string): boolean {
  const first = text.split('\n', 1000).find((line) => /^\s*[^\s#]/.test(line)) ?? ''
  const word = first.trim().split(/\s/)[0] ?? ''
  return !/^[[{"'-]|:$/.test(word) && tryReference(word) !== undefined
}

function formatOf(root: Node): TreeFormat | undefined {
  const { map, list } = root
  const has = (key: string) => map?.get(key)
  const isItem = (node: Node | undefined) =>
    node?.map?.has('Source') === true || node?.map?.get('Item')?.map?.has('Source') === true
  if (has('sync')?.list) return 'regsync'
  if (has('tasks')?.list) return 'dregsy'
  if (has('mappings')?.list && has('registries')) return 'ocync'
  if (has('dockerImages') || has('Resources')?.map) return 'cdk-ecr-sync'
  if (has('Items')?.list || isItem(root) || isItem(list?.[0])) return 'aws-ecr-mirror'
  if (map === undefined || has('regions')) return undefined
  const values = [...map.values()]
  if (has('images')?.map && values.every((node) => node.map)) {
    const isRules = [...(has('images')?.map?.values() ?? [])].every(
      (node) => node.text !== undefined || node.list,
    )
    if (isRules) return 'image-syncer'
  }
  if (values.length > 0 && values.every((node) => SKOPEO_KEYS.some((key) => node.map?.has(key))))
    return 'skopeo'
  const areRules = values.every(({ text, list: targets }) => text !== undefined || targets !== undefined)
  return areRules && [...map.keys()].some((key) => /[/:]/.test(key)) ? 'image-syncer' : undefined
}
