/** Imports ocync's configuration. */
import type { Image } from '../../../mirror/list/config.ts'
import type { Found, FoundImage, Skipped } from '../found.ts'
import { platformSettings } from '../platforms.ts'
import type { Node, Reader } from '../read/node.ts'
import { hasVariable, registryOf, tryReference, withAccount } from '../read/references.ts'
import { quotedText } from '../read/text.ts'
import { unknownKeyNotes, unknownKeys } from '../read/unknown-keys.ts'
import { ocyncTags } from './ocync-tags.ts'

const MAPPING_KEYS = ['from', 'to', 'source', 'targets', 'tags', 'platforms', 'artifacts']

export function fromOcync(root: Node, reader: Reader): Found {
  const registries = reader.entries(reader.get(root, 'registries'))
  return {
    images: reader.items(reader.get(root, 'mappings')).flatMap((node) => mappingOf(node, root, reader)),
    notes: unknownKeyNotes(root, ['global', 'registries', 'target_groups', 'defaults', 'mappings']),
    withCredentials: registries.flatMap(([, node]) => {
      const isUsed = reader.get(node, 'credentials') !== undefined || reader.get(node, 'token') !== undefined
      const registry = registryOf(reader.textAt(node, 'url') ?? '')
      return isUsed && registry !== undefined ? [{ registry, line: node.line }] : []
    }),
  }
}

function mappingOf(node: Node, root: Node, reader: Reader): (FoundImage | Skipped)[] {
  const { line } = node
  const defaults = reader.get(root, 'defaults')
  const own = (key: string) => reader.get(node, key) ?? reader.get(defaults, key)
  const from = reader.textAt(node, 'from') ?? ''
  const skip = (why: string): Skipped[] => [{ line, skipped: `${quotedText(from)} is not imported: ${why}` }]
  const sourceName = own('source')?.text ?? ''
  const source = tryReference(`${urlOf(sourceName, root, reader)}/${from}`)
  if (source === undefined) return skip(`its source registry ${quotedText(sourceName)} cannot be read`)
  const selected = ocyncTags(reader.get(node, 'tags'), reader.get(defaults, 'tags'), reader)
  if (typeof selected === 'string') return skip(selected)
  const names = targetsOf(own('targets'), root, reader)
  const to = names.map((name) =>
    tryReference(withAccount(`${urlOf(name, root, reader)}/${reader.textAt(node, 'to') ?? from}`)),
  )
  const platforms = platformSettings(reader.texts(own('platforms'), 'a platform'))
  const artifacts = artifactsOf(own('artifacts'), reader)
  const notes = [
    ...names.flatMap((name, index) =>
      to[index] === undefined ? [unreadTarget(name, urlOf(name, root, reader))] : [],
    ),
    ...selected.notes,
    ...platforms.notes,
    ...artifacts.notes,
    ...unknownKeys(node, MAPPING_KEYS),
  ]
  const common = {
    line,
    source,
    to: to.filter((one) => one !== undefined),
    name: reader.textAt(node, 'to'),
    settings: { ...platforms.settings, ...artifacts.settings },
  }
  return [
    { ...common, tags: selected.tags, notes, comments: selected.comments },
    ...selected.single.map((tag) => ({ ...common, tag })),
  ]
}

function unreadTarget(name: string, url: string): string {
  return `the target ${quotedText(name)} cannot be read${hasVariable(url) ? ` because of its variable, ${quotedText(url)}` : ''}`
}

/** The defaults of variables are used; others stay. */
function urlOf(name: string, root: Node, reader: Reader): string {
  const url = reader.textAt(reader.get(reader.get(root, 'registries'), name), 'url') ?? ''
  return url.replace(/\$\{\w{1,100}:-([^}]{0,200})\}/g, '$1')
}

/** A group, or registries by name. */
function targetsOf(node: Node | undefined, root: Node, reader: Reader): string[] {
  return reader.texts(node, 'a target').flatMap((name) => {
    const group = reader.get(reader.get(root, 'target_groups'), name)
    return group === undefined ? [name] : reader.texts(group, 'a target')
  })
}

function artifactsOf(
  node: Node | undefined,
  reader: Reader,
): { settings: Pick<Image, 'artifacts'>; notes: string[] } {
  const [include, exclude] = ['include', 'exclude'].map((key) =>
    reader.texts(reader.get(node, key), 'a type'),
  )
  const isOff = reader.textAt(node, 'enabled') === 'false'
  const isRequired = reader.textAt(node, 'require_artifacts') === 'true'
  const artifacts = {
    ...(include?.length && { include }),
    ...(exclude?.length && { exclude }),
  }
  return {
    settings: !isOff && Object.keys(artifacts).length > 0 ? { artifacts } : {},
    notes: [
      ...(isOff
        ? [
            '"artifacts.enabled: false" has no counterpart: name the types to leave out in "artifacts.exclude"',
          ]
        : []),
      ...(isRequired && !isOff
        ? ['"require_artifacts" asks for any artifact: name the types in "artifacts.require"']
        : []),
    ],
  }
}
