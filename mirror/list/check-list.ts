/**
 * Checks a list beyond its schema: references, tags, regions and schedules. An invalid target name is not among the
 * problems, because it only fails its own image (names.ts).
 */
import * as z from 'zod'
import { type ImageRef, parseReference } from '../../registry/model/reference.ts'
import { checkRegistries } from './check-registries.ts'
import { collisions } from './collisions.ts'
import { type Image, type ImageEntry, imageEntrySchema, type List, type Region, type Tags } from './config.ts'
import { type Path, type Problem, pathText } from './document/problems.ts'
import { longForm } from './entry.ts'
import { oversizedEntries } from './entry-size.ts'
import { nameProblem } from './names.ts'
import { partitionOf } from './partitions.ts'
import { REGIONS } from './regions.ts'
import { NO_SCHEDULE, scheduleProblem } from './schedule.ts'
import { isRegex, parseTagPattern } from './tag-pattern.ts'

/** The settings that entries are checked against. */
type EntryRules = Pick<List, 'regions'>

export function checkList(list: List): Problem[] {
  const entries = list.images.flatMap((entry, index) => checkEntry(entry, index, list))
  return [
    ...checkRegions(list),
    ...checkPrefix(list.prefix),
    ...checkRegistries(list),
    ...repeated(list.vpc?.subnets ?? [], ['vpc', 'subnets']),
    ...repeated(list.vpc?.securityGroups ?? [], ['vpc', 'securityGroups']),
    ...checkTags(list.defaults?.tags, ['defaults', 'tags']),
    ...(list.schedule === NO_SCHEDULE ? [] : checkSchedule(list.schedule, ['schedule'])),
    ...entries,
    // Invalid entries have no names to compare.
    ...(entries.length === 0 ? [...collisions(list), ...oversizedEntries(list)] : []),
  ]
}

/** Checks the valid entries of a list that fails the schema elsewhere, so that all problems are reported at once. */
export function checkEntriesOf(value: unknown): Problem[] {
  const images = z.object({ images: z.array(z.unknown()) }).safeParse(value).data?.images ?? []
  return images.flatMap((given, index) => {
    const entry = imageEntrySchema.safeParse(given)
    // The list's regions are unknown here.
    return entry.success ? checkEntry(entry.data, index, { regions: REGIONS.slice() }) : []
  })
}

function checkRegions(list: List): Problem[] {
  const { regions, home, defaults, push } = list
  const first = regions[0]
  const apart = regions.findIndex((region) => first && partitionOf(region) !== partitionOf(first))
  return [
    ...repeated(regions, ['regions']),
    ...(apart < 0 ? [] : [mixedPartitions(regions[apart] ?? '', first ?? '', apart)]),
    ...(home === undefined ? [] : unlisted([home], regions, () => ['home'])),
    ...checkOwnRegions(defaults?.regions, regions, ['defaults', 'regions']),
    ...checkOwnRegions(push?.from, regions, ['push', 'from']),
    ...checkOwnRegions(push?.regions, regions, ['push', 'regions']),
  ]
}

function checkEntry(given: ImageEntry, index: number, { regions }: EntryRules): Problem[] {
  const path = ['images', index]
  const entry = longForm(given)
  const at = (key: string): Path => (typeof given === 'string' ? path : [...path, key])
  const ref = tryParse(entry.source)
  if (ref instanceof Error) return [problem(at('source'), ref.message)]
  return [
    ...checkTagsGivenOnce(ref, entry, at('tags')),
    ...checkTags(entry.tags, at('tags'), entry.source),
    ...checkOwnRegions(entry.regions, regions, at('regions')),
    ...checkSchedule(entry.schedule, at('schedule')),
  ]
}

/** Rejects a tag in the reference together with a `tags` key. */
function checkTagsGivenOnce(ref: ImageRef, { source, tags }: Image, path: Path): Problem[] {
  const own = ref.digest === undefined ? ref.tag : ref.digest
  if (tags === undefined || own === undefined) return []
  const fix = `remove "tags", or remove "${own}" from the source`
  return [problem(path, `"${source}" already selects a tag or digest; ${fix}`)]
}

function checkTags(tags: Tags | undefined, path: Path, source?: string): Problem[] {
  return [...checkPatterns(tags, path, source), ...checkLeast(tags, path)]
}

/** Rejects a minimum above the number of exact tags. */
function checkLeast({ include = [], min = 1 }: Tags = {}, path: Path): Problem[] {
  const most = new Set(include).size
  if (most === 0 || min <= most || include.some(isRegex)) return []
  return [
    problem(
      [...path, 'min'],
      `${min} tags cannot be selected because "include" names only ${most}; lower it, or add tags`,
    ),
  ]
}

function checkPatterns(tags: Tags | undefined, path: Path, source?: string): Problem[] {
  return (['include', 'exclude'] as const).flatMap((key) =>
    (tags?.[key] ?? []).flatMap((pattern, index) => {
      const wrong = messageOf(() => parseTagPattern(pattern, source))
      return wrong === undefined ? [] : [problem([...path, key, index], wrong)]
    }),
  )
}

function checkSchedule(schedule: string | undefined, path: Path): Problem[] {
  const wrong = schedule === undefined ? undefined : scheduleProblem(schedule)
  return wrong === undefined ? [] : [problem(path, `"${schedule}" is not a schedule: ${wrong}`)]
}

function checkPrefix(prefix: string | undefined): Problem[] {
  const wrong = prefix === undefined ? undefined : nameProblem(`${prefix}/x`)
  if (prefix === undefined || wrong === undefined) return []
  const trimmed = prefix
    .split('/')
    .filter((part) => part !== '')
    .join('/')
  const fix = nameProblem(`${trimmed}/x`) === undefined ? `; write it as "${trimmed}"` : ''
  return [problem(['prefix'], `"${prefix}" is not a valid prefix: ${wrong}${fix}`)]
}

function checkOwnRegions(own: readonly Region[] | undefined, all: readonly Region[], path: Path): Problem[] {
  if (own === undefined) return []
  return [...repeated(own, path), ...unlisted(own, all, (index) => [...path, index])]
}

function unlisted(own: readonly Region[], all: readonly Region[], at: (index: number) => Path): Problem[] {
  return own.flatMap((region, index) =>
    all.includes(region)
      ? []
      : [
          problem(
            at(index),
            `"${region}" is not among the list's regions; add it to "regions", or remove it here`,
          ),
        ],
  )
}

function repeated(values: readonly string[], path: Path): Problem[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [problem([...path, index], `"${value}" appears twice; remove one of them`)],
  )
}

/** Accounts, and all that their credentials reach, belong to one partition. */
function mixedPartitions(region: string, first: string, index: number): Problem {
  const why = `is in the partition ${partitionOf(region)}, and ${first} is in ${partitionOf(first)}`
  return problem(
    ['regions', index],
    `"${region}" ${why}; an account belongs to one partition: deploy once per partition`,
  )
}

function tryParse(source: string): ImageRef | Error {
  try {
    return parseReference(source)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function messageOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function problem(path: Path, text: string): Problem {
  return { path, text: `${pathText(path)}: ${text}` }
}
