/** Imports the props of cdk-ecr-sync, as JSON or YAML, or a synthesized template that has its construct. */

import { targetRepository } from '../../../mirror/list/names.ts'
import type { Lifecycle } from '../../../mirror/list/repositories/lifecycle-schema.ts'
import { scheduleProblem } from '../../../mirror/list/schedule.ts'
import type { Found, FoundImage, Note, Skipped } from '../found.ts'
import { lifecycleOfCdkRule, lifecycleOfDocument } from '../lifecycle.ts'
import { ALL_TAGS, regexPattern } from '../patterns.ts'
import { createReader, type Node, type Reader } from '../read/node.ts'
import { readNode } from '../read/read-node.ts'
import { tryReference } from '../read/references.ts'
import { quotedText } from '../read/text.ts'
import { unknownKeyNotes, unknownKeys } from '../read/unknown-keys.ts'

interface Props {
  readonly images: readonly Node[]
  readonly reader: Reader
  readonly prefix: string | undefined
  readonly schedule: string | undefined
  readonly lifecycle: Lifecycle | undefined
  readonly notes: readonly Note[]
}

export function fromCdkEcrSync(root: Node, reader: Reader): Found {
  const props = reader.get(root, 'Resources')?.map ? ofTemplate(root, reader) : ofProps(root, reader)
  const { schedule, prefix, lifecycle } = props
  const isSchedule = schedule !== undefined && scheduleProblem(schedule) === undefined
  return {
    images: props.images.map((node) => imageOf(node, prefix, props.reader)),
    settings: {
      ...(prefix !== undefined && { prefix }),
      ...(isSchedule && { schedule }),
      ...(lifecycle && { repositories: { lifecycle } }),
    },
    comments: [
      'cdk-ecr-sync copies linux/amd64 alone; here, all platforms are copied. For one platform, add under "defaults": platforms: [linux/amd64].',
    ],
    notes: [
      ...props.notes,
      ...(schedule !== undefined && !isSchedule
        ? [{ text: `the schedule ${quotedText(schedule)} has no counterpart` }]
        : []),
    ],
  }
}

/** The prop of cdk-ecr-sync is misspelt there. */
const RULE = ['lifcecyleRule', 'lifecycleRule']
const UNUSABLE =
  'is not imported: a rule needs either a number or an age in days, and tags if it is about tags'

function ofProps(root: Node, reader: Reader): Props {
  const schedule = reader.get(root, 'schedule')
  const [key = '', rule] =
    RULE.map((name) => [name, reader.get(root, name)] as const).find(([, of]) => of) ?? []
  const lifecycle = rule && lifecycleOfCdkRule(rule, reader)
  return {
    images: reader.items(reader.get(root, 'dockerImages')),
    reader,
    prefix: reader.textAt(root, 'repoPrefix'),
    schedule:
      schedule?.text ??
      reader.textAt(schedule, 'expressionString') ??
      reader.textAt(schedule, 'scheduleExpression'),
    lifecycle,
    notes: [
      ...unknownKeyNotes(root, ['dockerImages', 'repoPrefix', 'schedule', ...RULE]),
      ...(rule && lifecycle === undefined ? [{ line: rule.line, text: `"${key}" ${UNUSABLE}` }] : []),
    ],
  }
}

/** The function that lists tags has the images in its environment. */
function ofTemplate(root: Node, reader: Reader): Props {
  const resources = reader.entries(reader.get(root, 'Resources'))
  const properties = resources.map(([, node]) => reader.get(node, 'Properties'))
  const found = properties.flatMap((node) => {
    const variables = reader.get(reader.get(node, 'Environment'), 'Variables')
    const images = variables?.map?.get('IMAGES')
    return images?.text?.startsWith('[') ? [{ variables, images: images.text }] : []
  })
  const [one] = found
  if (one === undefined)
    return reader.fail(root, 'the template has no function of cdk-ecr-sync, with IMAGES in its environment')
  const name = `${reader.file}, IMAGES`
  const parsed = readNode(one.images, name)
  const schedule = properties
    .map((node) => reader.textAt(node, 'ScheduleExpression'))
    .find((text) => text !== undefined)
  const policies = properties.flatMap((node) => reader.get(node, 'LifecyclePolicy') ?? [])
  const texts = new Set(policies.map((node) => reader.get(node, 'LifecyclePolicyText')?.text ?? ''))
  const [text = ''] = texts
  const lifecycle = texts.size === 1 ? lifecycleOfDocument(text) : undefined
  return {
    images: parsed.list ?? [],
    reader: createReader(name),
    prefix: reader.textAt(one.variables, 'REPO_PREFIX'),
    schedule,
    lifecycle,
    notes: [
      ...(policies.length > 0 && lifecycle === undefined
        ? [
            {
              text: 'the lifecycle rules of the repositories are not imported: they differ, or cannot be used',
            },
          ]
        : []),
      ...(found.length > 1
        ? [{ text: 'the template has several such constructs, of which the first is imported' }]
        : []),
    ],
  }
}

function imageOf(node: Node, prefix: string | undefined, reader: Reader): FoundImage | Skipped {
  const { line } = node
  const name = reader.textAt(node, 'imageName') ?? ''
  const source = tryReference(`docker.io/${name}`)
  const skip = (why: string): Skipped => ({ line, skipped: `${quotedText(name)} is not imported: ${why}` })
  if (source === undefined || source.tag !== undefined) return skip('it is not a repository of Docker Hub')
  const include =
    reader.get(node, 'includeTags') && reader.texts(reader.get(node, 'includeTags'), 'a pattern')
  const exclude = reader.texts(reader.get(node, 'excludeTags'), 'a pattern')
  const wanted = include?.flatMap((pattern) => regexPattern(pattern) ?? [])
  const unwanted = exclude.flatMap((pattern) => regexPattern(pattern) ?? [])
  const lost = [...(include ?? []), ...exclude].filter((pattern) => regexPattern(pattern) === undefined)
  if (include !== undefined && wanted?.length === 0) {
    return skip(
      `no pattern of its "includeTags" can be used here: ${lost.map(quotedText).join(', ') || 'it is empty, and selects nothing'}`,
    )
  }
  const own = targetRepository(source)
  return {
    line,
    source,
    to: [],
    ...(own !== name && { name: prefix === undefined ? name : `${prefix}/${name}` }),
    tags: {
      ...(wanted !== undefined ? { include: wanted } : unwanted.length === 0 && { include: [ALL_TAGS] }),
      ...(unwanted.length > 0 && { exclude: unwanted }),
    },
    notes: [
      ...lost.map(
        (pattern) =>
          `the pattern ${quotedText(pattern)} cannot be used here: RE2 has no lookaround and no backreference`,
      ),
      ...unknownKeys(node, ['imageName', 'includeTags', 'excludeTags']),
    ],
  }
}
