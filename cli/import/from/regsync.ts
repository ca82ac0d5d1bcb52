/** Imports regsync.yml of regclient. */
import type { Image } from '../../../mirror/list/config.ts'
import type { ImageRef } from '../../../registry/model/reference.ts'
import type { Destination, Found, FoundImage, Skipped } from '../found.ts'
import { platformSettings } from '../platforms.ts'
import type { Node, Reader } from '../read/node.ts'
import { hasVariable, registryOf, tryReference, withAccount } from '../read/references.ts'
import { quotedText } from '../read/text.ts'
import { unknownKeyNotes, unknownKeys } from '../read/unknown-keys.ts'
import { cronOf, rateOf, secondsOf } from '../schedule.ts'
import { regsyncTags } from './regsync-tags.ts'

/** Of an entry, and of `defaults` for entries without them. */
const INHERITED = ['interval', 'schedule', 'backup', 'hooks', 'mediaTypes', 'referrers', 'referrerFilters']
const ENTRY_KEYS = [
  ...['source', 'target', 'type', 'tags', 'tagSets', 'platform', 'platforms', 'digestTags'],
  ...[
    'fastCheck',
    'forceRecursive',
    'referrerSlow',
    'ratelimit',
    'interval',
    'schedule',
    'referrers',
    'referrerFilters',
  ],
]
const DEFAULT_KEYS = [
  ...[
    'interval',
    'schedule',
    'ratelimit',
    'digestTags',
    'referrers',
    'referrerFilters',
    'fastCheck',
    'forceRecursive',
  ],
  // How regsync works, and not what it copies.
  ...['parallel', 'cacheCount', 'cacheTime', 'skipDockerConfig', 'userAgent', 'referrerSlow', 'blobLimit'],
]

export function fromRegsync(root: Node, reader: Reader): Found {
  const defaults = reader.get(root, 'defaults')
  const reserve = reader.textAt(reader.get(defaults, 'ratelimit'), 'min')
  return {
    images: reader.items(reader.get(root, 'sync')).map((node) => entryOf(node, defaults, reader)),
    settings:
      reserve !== undefined && /^\d{1,6}$/.test(reserve) ? { rateLimit: { reserve: Number(reserve) } } : {},
    comments: [
      'regsync copies signatures and other artifacts only with "referrers" and "digestTags"; here they travel with each image, unless "artifacts" says otherwise.',
    ],
    notes: [
      ...unknownKeyNotes(root, ['version', 'creds', 'defaults', 'sync']),
      ...unknownKeyNotes(defaults, DEFAULT_KEYS, 'defaults.'),
    ],
    withCredentials: reader.items(reader.get(root, 'creds')).flatMap((node) => {
      const registry = registryOf(reader.textAt(node, 'registry') ?? '')
      const isUsed = ['user', 'pass', 'token', 'credHelper'].some(
        (key) => reader.get(node, key) !== undefined,
      )
      return registry === undefined || !isUsed ? [] : [{ registry, line: node.line }]
    }),
  }
}

function entryOf(node: Node, defaults: Node | undefined, reader: Reader): FoundImage | Skipped {
  const { line } = node
  const [sourceText = '', targetText = ''] = [reader.textAt(node, 'source'), reader.textAt(node, 'target')]
  const type = reader.textAt(node, 'type') ?? ''
  const skip = (why: string): Skipped => ({
    line,
    skipped: `${quotedText(sourceText)} is not imported: ${why}`,
  })
  if (type === 'registry') {
    return skip('"type: registry" copies all repositories of a registry; here, each is an entry of its own')
  }
  if (type !== 'repository' && type !== 'image') return skip(`its type ${quotedText(type)} is not known`)
  const source = tryReference(sourceText)
  if (source === undefined)
    return skip(hasVariable(sourceText) ? 'its source has a template' : 'it is not an image')
  const effective = merged(node, defaults)
  const tags = type === 'image' ? undefined : regsyncTags(node, reader)
  if (typeof tags === 'string') return skip(tags)
  const schedule = scheduleOf(effective, reader)
  const platforms = platformsOf(effective, reader)
  const artifacts = artifactsOf(effective, reader)
  const target = targetOf(targetText, type)
  return {
    line,
    source,
    ...(type === 'image'
      ? { tag: source.tag ?? (source.digest ? undefined : 'latest'), digest: source.digest }
      : { tags: tags?.tags }),
    to: typeof target === 'string' ? [] : [target],
    settings: { ...platforms.settings, ...artifacts.settings, ...schedule.settings },
    comments: tags?.comments ?? [],
    notes: [
      ...(typeof target === 'string' ? [target] : []),
      ...(tags?.notes ?? []),
      ...platforms.notes,
      ...artifacts.notes,
      ...schedule.notes,
      ...unknownKeys(node, ENTRY_KEYS),
    ],
  }
}

function merged(node: Node, defaults: Node | undefined): Node {
  const inherited = [...(defaults?.map ?? [])].filter(([key]) => INHERITED.includes(key))
  return { line: node.line, map: new Map([...inherited, ...(node.map ?? [])]) }
}

function targetOf(text: string, type: string): Destination | string {
  const target: ImageRef | undefined = tryReference(withAccount(text))
  if (target === undefined) {
    return `the target ${quotedText(text)} cannot be read${hasVariable(text) ? ' because of its template' : ''}`
  }
  const { registry, repository, tag } = target
  return type === 'image' ? { registry, repository, tag: tag ?? 'latest' } : { registry, repository }
}

interface Part {
  readonly settings: Pick<Image, 'platforms' | 'as' | 'artifacts' | 'schedule'>
  readonly notes: readonly string[]
}

/** A schedule comes before an interval. */
function scheduleOf(node: Node, reader: Reader): Part {
  const crontab = reader.textAt(node, 'schedule')
  if (crontab !== undefined) {
    const schedule = cronOf(crontab)
    if (schedule !== undefined) return { settings: { schedule }, notes: [] }
    return { settings: {}, notes: [`the schedule ${quotedText(crontab)} has no counterpart`] }
  }
  const interval = reader.textAt(node, 'interval')
  if (interval === undefined) return { settings: {}, notes: [] }
  const seconds = secondsOf(interval)
  if (seconds === undefined)
    return { settings: {}, notes: [`the interval ${quotedText(interval)} is not a duration`] }
  return { settings: { schedule: rateOf(seconds) }, notes: [] }
}

/** One platform is copied without its index, and several as an index that names the missing ones too. */
function platformsOf(node: Node, reader: Reader): Part {
  const one = reader.textAt(node, 'platform')
  if (one === 'local')
    return { settings: {}, notes: ['"platform: local" is the platform of the machine; here, all are copied'] }
  if (one !== undefined) return platformSettings([one], 'manifest')
  const several = reader.texts(reader.get(node, 'platforms'), 'a platform')
  const { settings, notes } = platformSettings(several)
  const digest =
    'regsync copies the original index without some of its platforms; Amazon ECR refuses such an index, so the list makes a new one, with another digest'
  return { settings, notes: [...(several.length > 0 ? [digest] : []), ...notes] }
}

function artifactsOf(node: Node, reader: Reader): Part {
  const filters = reader.items(reader.get(node, 'referrerFilters'))
  if (filters.length === 0) return { settings: {}, notes: [] }
  const types = filters.flatMap((filter) => reader.textAt(filter, 'artifactType') ?? [])
  const isPlain = filters.every((filter) => reader.get(filter, 'annotations') === undefined)
  if (types.length < filters.length || !isPlain) {
    return {
      settings: {},
      notes: ['"referrerFilters" with annotations have no counterpart; all artifacts are copied'],
    }
  }
  return { settings: { artifacts: { include: [...new Set(types)] } }, notes: [] }
}
