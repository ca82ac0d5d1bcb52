/** The formats that lists are imported from, and how a file shows which one it has. */
import { refuse } from '../../mirror/list/document/problems.ts'
import type { Found } from './found.ts'
import { fromAwsEcrMirror } from './from/aws-ecr-mirror.ts'
import { fromCdkEcrSync } from './from/cdk-ecr-sync.ts'
import { fromDregsy } from './from/dregsy.ts'
import { fromImageSyncer } from './from/image-syncer.ts'
import { fromLines } from './from/lines.ts'
import { fromOcync } from './from/ocync.ts'
import { fromRegsync } from './from/regsync.ts'
import { fromSkopeo, SKOPEO_KEYS } from './from/skopeo.ts'
import type { Node, Reader } from './read/node.ts'
import { readNode } from './read/read-node.ts'
import { tryReference } from './read/references.ts'

export const FORMAT_NAMES = [
  'regsync',
  'skopeo',
  'image-syncer',
  'dregsy',
  'ocync',
  'cdk-ecr-sync',
  'aws-ecr-mirror',
  'lines',
] as const
export type FormatName = (typeof FORMAT_NAMES)[number]

export type Format =
  | { readonly kind: 'text'; readonly tool: string; read(text: string, file: string): Found }
  | {
      readonly kind: 'tree'
      readonly tool: string
      read(root: Node, reader: Reader, context: { readonly now: Date }): Found
    }

export const FORMATS: Readonly<Record<FormatName, Format>> = {
  regsync: { kind: 'tree', tool: 'regsync', read: fromRegsync },
  skopeo: { kind: 'tree', tool: 'skopeo sync', read: fromSkopeo },
  'image-syncer': { kind: 'tree', tool: 'image-syncer', read: fromImageSyncer },
  dregsy: { kind: 'tree', tool: 'dregsy', read: fromDregsy },
  ocync: { kind: 'tree', tool: 'ocync', read: fromOcync },
  'cdk-ecr-sync': { kind: 'tree', tool: 'cdk-ecr-sync', read: fromCdkEcrSync },
  'aws-ecr-mirror': { kind: 'tree', tool: 'aws-ecr-mirror', read: fromAwsEcrMirror },
  lines: { kind: 'text', tool: 'plain lines', read: fromLines },
}

/** @throws InvalidInput if the text has none of the shapes */
export function detectFormat(text: string, file: string): FormatName {
  if (areLines(text)) return 'lines'
  const root = readNode(text, file)
  const found = formatOf(root)
  if (found !== undefined) return found
  const isOurs = root.map?.has('images') === true && root.map.has('regions')
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

function formatOf(root: Node): FormatName | undefined {
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
