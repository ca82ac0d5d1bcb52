/** Imports image-syncer's images file, or its older configuration with `auth` and `images` in one file. */
import type { Destination, Found, FoundImage, Skipped } from '../found.ts'
import { ALL_TAGS, regexPattern } from '../patterns.ts'
import type { Node, Reader } from '../read/node.ts'
import { hasVariable, registryOf, tryReference, withAccount } from '../read/references.ts'
import { quotedText } from '../read/text.ts'
import { unknownKeyNotes } from '../read/unknown-keys.ts'

interface Reference extends Destination {
  readonly digest?: string
  /** Several tags, or none. */
  readonly tags: readonly string[]
  /** The pattern of `repository:/regex/`. */
  readonly regex?: string
}

export function fromImageSyncer(root: Node, reader: Reader): Found {
  const isWhole = reader.get(root, 'images')?.map !== undefined
  const images = isWhole ? reader.get(root, 'images') : root
  const auth = isWhole ? reader.get(root, 'auth') : undefined
  return {
    images: reader.entries(images).flatMap(([source, node]) => ruleOf(source, node, reader)),
    notes: isWhole ? unknownKeyNotes(root, ['auth', 'images']) : [],
    withCredentials: reader.entries(auth).flatMap(([host, { line }]) => {
      const registry = registryOf(host)
      return registry === undefined ? [] : [{ registry, line }]
    }),
  }
}

function ruleOf(text: string, node: Node, reader: Reader): (FoundImage | Skipped)[] {
  const { line } = node
  const source = readReference(text)
  if (source === undefined)
    return [{ line, skipped: `${quotedText(text)} is not imported: it is not an image` }]
  const notes: string[] = []
  const targets = reader.texts(node, 'a destination').flatMap((given): Reference[] => {
    const target = readReference(withAccount(given))
    if (target !== undefined && !hasVariable(given.replace(/^[^/]*/, ''))) return [target]
    notes.push(
      `the destination ${quotedText(given)} cannot be read${hasVariable(given) ? ' because of its variable' : ''}`,
    )
    return []
  })
  if (reader.items(node).length === 0) notes.push('it has no destination of its own')
  if (targets.length === 0 && notes.length === 0) notes.push('it has no destination')
  const common = { line, source, notes }
  if (source.digest !== undefined) {
    return [{ ...common, digest: source.digest, to: targets.map((one) => ({ ...one, tag: one.tags[0] })) }]
  }
  const isRenamed = targets.some(({ tags }) => tags.length > 0)
  if (!isRenamed || source.tags.length === 0) {
    const wrong = isRenamed ? ['a destination with a tag needs a source with as many tags'] : []
    const include = source.tags.length > 0 ? source.tags : [source.regex ?? ALL_TAGS]
    const to = targets.map((target) => ({ registry: target.registry, repository: target.repository }))
    return [{ ...common, tags: { include: [...include] }, to, notes: [...notes, ...wrong] }]
  }
  return source.tags.map((tag, index) => ({
    ...common,
    tag,
    notes: index === 0 ? notes : [],
    to: targets.map(({ registry, repository, tags }) => ({ registry, repository, tag: tags[index] })),
  }))
}

/** `host/path`, `host/path:a,b`, `host/path:/regex/` or `host/path@digest`. */
function readReference(text: string): Reference | undefined {
  const at = text.indexOf(':/')
  if (at > 0 && !text.slice(at).startsWith('://')) {
    const ref = tryReference(text.slice(0, at))
    const regex = text.endsWith('/') ? regexPattern(text.slice(at + 2, -1)) : undefined
    return ref === undefined || regex === undefined ? undefined : { ...ref, tags: [], regex }
  }
  const [first = '', ...others] = text.split(',').map((part) => part.trim())
  const ref = tryReference(first)
  if (ref === undefined || (others.length > 0 && ref.tag === undefined)) return undefined
  const { registry, repository, tag, digest } = ref
  const tags = tag === undefined || digest !== undefined ? [] : [tag, ...others]
  return { registry, repository, tags, ...(digest && { digest }) }
}
