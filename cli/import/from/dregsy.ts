/** Imports dregsy's tasks. */
import type { Found, FoundImage, Note, Skipped } from '../found.ts'
import { platformSettings } from '../platforms.ts'
import type { Node, Reader } from '../read/node.ts'
import { registryOf, tryReference, withAccount } from '../read/references.ts'
import { quotedText } from '../read/text.ts'
import { unknownKeyNotes, unknownKeys } from '../read/unknown-keys.ts'
import { rateOf } from '../schedule.ts'
import { dregsyTags } from './dregsy-tags.ts'

const ROOT_KEYS = ['relay', 'skopeo', 'docker', 'dockerhost', 'api-version', 'lister', 'tasks', 'watch']
const TASK_KEYS = ['name', 'interval', 'verbose', 'source', 'target', 'mappings']
const MAPPING_KEYS = ['from', 'to', 'tags', 'platform']
const REGEX = 'regex:'

export function fromDregsy(root: Node, reader: Reader): Found {
  const tasks = reader.items(reader.get(root, 'tasks'))
  return {
    images: tasks.flatMap((task) => {
      const seconds = Number(reader.textAt(task, 'interval') ?? 0)
      const schedule = seconds > 0 ? rateOf(seconds) : undefined
      return reader
        .items(reader.get(task, 'mappings'))
        .flatMap((node) => mappingOf(node, task, schedule, reader))
    }),
    comments: [
      'dregsy copies only the platform of its machine unless a mapping has "platform: all"; here, all platforms are copied. For one platform, add under "defaults": platforms: [linux/amd64].',
    ],
    notes: [...unknownKeyNotes(root, ROOT_KEYS), ...tasks.flatMap((task) => taskNotes(task, reader))],
    withCredentials: tasks.flatMap((task) => {
      const location = reader.get(task, 'source')
      const registry = registryOf(reader.textAt(location, 'registry') ?? '')
      const auth = reader.textAt(location, 'auth')
      if (registry === undefined || auth === undefined || auth === 'none') return []
      return [{ registry, line: location?.line ?? task.line }]
    }),
  }
}

function taskNotes(task: Node, reader: Reader): Note[] {
  const { line } = task
  const name = quotedText(reader.textAt(task, 'name') ?? '')
  const isOnce = Number(reader.textAt(task, 'interval') ?? 0) <= 0
  const isUnsafe = ['source', 'target'].some(
    (side) => reader.textAt(reader.get(task, side), 'skip-tls-verify') === 'true',
  )
  return [
    ...unknownKeys(task, TASK_KEYS).map((text) => ({ line, text: `task ${name}: ${text}` })),
    ...(isOnce
      ? [
          {
            line,
            text: `task ${name} runs once at the start; here, its images have the schedule of the list`,
          },
        ]
      : []),
    ...(isUnsafe
      ? [
          {
            line,
            text: `task ${name} does not verify certificates: name the authority in "ca" of "registries"`,
          },
        ]
      : []),
  ]
}

function mappingOf(
  node: Node,
  task: Node,
  schedule: string | undefined,
  reader: Reader,
): (FoundImage | Skipped)[] {
  const { line } = node
  const sourceHost = reader.textAt(reader.get(task, 'source'), 'registry') ?? ''
  const targetHost = reader.textAt(reader.get(task, 'target'), 'registry') ?? ''
  const from = reader.textAt(node, 'from') ?? ''
  const given = reader.textAt(node, 'to') ?? from
  const skip = (why: string): Skipped[] => [{ line, skipped: `${quotedText(from)} is not imported: ${why}` }]
  if (from.startsWith(REGEX))
    return skip('it is a regular expression for repositories; here, each is an entry of its own')
  const source = tryReference(`${sourceHost}/${from.replace(/^\//, '')}`)
  if (source === undefined) return skip('it is not a repository')
  const isRewritten = given.startsWith(REGEX)
  const to = tryReference(withAccount(`${targetHost}/${(isRewritten ? from : given).replace(/^\//, '')}`))
  const selected = dregsyTags(reader.texts(reader.get(node, 'tags'), 'a tag'))
  if (typeof selected === 'string') return skip(selected)
  const platform = reader.textAt(node, 'platform')
  const platforms = platformSettings(platform === undefined ? [] : [platform], 'manifest')
  const notes = [
    ...(isRewritten
      ? [`"to" ${quotedText(given)} is a regular expression: write the name that it gives into "repository"`]
      : []),
    ...(to === undefined ? [`the target ${quotedText(`${targetHost}/${given}`)} cannot be read`] : []),
    ...selected.notes,
    ...platforms.notes,
    ...unknownKeys(node, MAPPING_KEYS),
  ]
  const common = {
    line,
    source,
    to: to === undefined ? [] : [to],
    settings: { ...platforms.settings, ...(schedule && { schedule }) },
  }
  return [
    ...(selected.tags === undefined
      ? []
      : [{ ...common, tags: selected.tags, notes, comments: selected.comments }]),
    ...selected.single.map((one, index) =>
      index === 0 && selected.tags === undefined ? { ...common, ...one, notes } : { ...common, ...one },
    ),
  ]
}
