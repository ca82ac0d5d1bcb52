/**
 * Checks a list beyond its schema: references, tags, regions and schedules. An invalid target name is not among the
 * problems, because it only fails its own image (names.ts).
 */
import * as z from 'zod'
import type { ImageRef } from '../../registry/model/reference.ts'
import { checkPlatforms } from './check-platforms.ts'
import { checkRegistries } from './check-registries.ts'
import {
  type Image,
  type ImageEntry,
  imageEntrySchema,
  type List,
  listSchema,
  type Region,
} from './config.ts'
import { type Path, type Problem, pathText, problemAt, problemsAt, repeated } from './document/problems.ts'
import { checkElsewhere } from './elsewhere/check.ts'
import { longForm } from './entry.ts'
import { oversizedEntries } from './entry-size.ts'
import { nameProblem, validName } from './names.ts'
import { checkNamespaces } from './namespaces/check.ts'
import { parseSource } from './namespaces/namespace.ts'
import { partitionOf } from './partitions.ts'
import { checkProof } from './proof/check-proof.ts'
import { REGIONS } from './regions.ts'
import { checkRepositories } from './repositories/check.ts'
import { NO_SCHEDULE, scheduleProblem } from './schedule.ts'
import { checkTags } from './tags/check-tags.ts'
import { selectsTags } from './tags/schema.ts'
import { checkChoice, checkPushTargets, checkTargetSettings } from './targets/check.ts'
import { collisions } from './targets/collisions.ts'
import { checkMetrics } from './targets/metered.ts'
import { ownPushes } from './targets/own-pushes.ts'
import { REGIONS_TARGET } from './targets/schema.ts'
import { templateProblem } from './targets/template.ts'
import { checkTo } from './targets/to.ts'
import { checkBackup } from './time/backup.ts'

/** The settings that entries are checked against. */
interface EntryRules {
  readonly regions: readonly Region[]
  /** By name. @default - they are unknown */
  readonly targets?: object | undefined
}

export function checkList(list: List): Problem[] {
  const rules = { regions: list.regions, targets: list.targets ?? {} }
  const entries = list.images.flatMap((entry, index) => checkEntry(entry, index, rules))
  return [
    ...checkRegions(list),
    ...missingRegions(list),
    ...checkPrefix(list.prefix),
    ...checkRegistries(list),
    ...checkElsewhere(list),
    ...checkTargetSettings({ ...list, targets: rules.targets }),
    ...checkPushTargets(list),
    ...checkMetrics(list),
    ...repeated(list.vpc?.subnets ?? [], ['vpc', 'subnets']),
    ...repeated(list.vpc?.securityGroups ?? [], ['vpc', 'securityGroups']),
    ...checkTags(list.defaults?.tags, ['defaults', 'tags']),
    ...checkPlatforms(list),
    ...checkBackup(list.defaults?.backup, ['defaults', 'backup']),
    ...(list.schedule === NO_SCHEDULE ? [] : checkSchedule(list.schedule, ['schedule'])),
    ...checkProof(list),
    ...entries,
    // Invalid entries have no names to compare.
    ...withoutEntries(list, entries, (valid) => [
      ...checkNamespaces(valid),
      ...collisions(valid),
      ...ownPushes(valid),
      ...oversizedEntries(valid),
      ...checkRepositories(valid),
    ]),
  ]
}

/** Checks a list without the entries that have problems already. */
export function withoutEntries(
  list: List,
  problems: readonly Problem[],
  check: (list: List) => Problem[],
): Problem[] {
  const invalid = new Set(problems.flatMap(({ path: [key, index] }) => (key === 'images' ? [index] : [])))
  const kept = list.images.flatMap((_, index) => (invalid.has(index) ? [] : [index]))
  const images = list.images.filter((_, index) => !invalid.has(index))
  const indexOf = (index: number): number => kept[index] ?? index
  return check({ ...list, images }).map(({ path, text, ...problem }) => ({
    ...problem,
    path: path.map((step, at) => (at === 1 && path[0] === 'images' ? indexOf(Number(step)) : step)),
    text: text.replace(/images\[(\d{1,7})\]/g, (_, index: string) => `images[${indexOf(Number(index))}]`),
  }))
}

/** Checks the valid entries of a list that fails the schema elsewhere, so that all problems are reported at once. */
export function checkEntriesOf(value: unknown, rules: EntryRules = { regions: REGIONS }): Problem[] {
  const images = z.object({ images: z.array(z.unknown()) }).safeParse(value).data?.images ?? []
  return images.flatMap((given, index) => {
    const entry = imageEntrySchema.safeParse(given)
    return entry.success ? checkEntry(entry.data, index, rules) : []
  })
}

/** Checks the valid keys of a list that fails the schema elsewhere. What an invalid key would decide is left out. */
export function checkPartsOf(value: unknown): Problem[] {
  const given = recordOf(value) ?? {}
  const { images: _, targets: __, ...keys } = listSchema.partial().shape
  const part = Object.fromEntries(
    Object.entries(keys).flatMap(([key, schema]) => {
      const found = schema.safeParse(given[key])
      return found.success && found.data !== undefined ? [[key, found.data]] : []
    }),
  ) as Partial<List>
  const { targets: written = {} } = given
  const named = recordOf(written)
  const targets = Object.entries(named ?? {}).flatMap(([name, target]) => {
    const found = listSchema.shape.targets.safeParse({ [name]: target })
    return Object.entries(found.data ?? {})
  })
  const { regions = [], home, defaults } = part
  return [
    ...missingPlaces(value),
    ...checkEntriesOf(value, { regions: regions.length > 0 ? regions : REGIONS, targets: named }),
    ...(regions.length === 0 ? [] : checkRegions({ regions, home, defaults, push: part.push })),
    ...checkPrefix(part.prefix),
    ...checkRegistries({ registries: part.registries, regions, home }),
    ...checkTargetSettings({ targets: Object.fromEntries(targets), regions, home }),
    ...checkChoice(defaults ?? {}, named, (key) => ['defaults', key]),
    ...checkTags(defaults?.tags, ['defaults', 'tags']),
    ...checkBackup(defaults?.backup, ['defaults', 'backup']),
    ...(part.schedule === NO_SCHEDULE ? [] : checkSchedule(part.schedule, ['schedule'])),
  ]
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  return z.record(z.string(), z.unknown()).safeParse(value).data
}

function checkRegions(list: Pick<List, 'regions' | 'home' | 'defaults' | 'push'>): Problem[] {
  const { regions, home, defaults, push } = list
  const first = regions[0]
  const apart = regions.findIndex((region) => first && partitionOf(region) !== partitionOf(first))
  return [
    ...repeated(regions, ['regions']),
    ...(apart < 0 ? [] : [mixedPartitions(regions[apart] ?? '', first ?? '', apart)]),
    ...(home === undefined || regions.length === 0 ? [] : unlisted([home], regions, () => ['home'])),
    ...checkOwnRegions(defaults?.regions, regions, ['defaults', 'regions']),
    ...(regions.length === 0
      ? repeated(push?.from ?? [], ['push', 'from'])
      : checkOwnRegions(push?.from, regions, ['push', 'from'])),
    ...checkOwnRegions(push?.regions, regions, ['push', 'regions']),
  ]
}

/** Without regions, every image must go to other targets. */
function missingRegions({ regions, targets, defaults, images }: List): Problem[] {
  if (regions.length > 0) return []
  const names = Object.keys(targets ?? {})
  if (names.length === 0) return [{ path: ['regions'], text: NO_REGIONS }]
  const going = images.flatMap((given, index) => {
    const own = longForm(given).targets
    return (own ?? defaults?.targets ?? [REGIONS_TARGET]).includes(REGIONS_TARGET) ? [{ index, own }] : []
  })
  return going.slice(0, 1).map(({ index, own }) => {
    const path = own === undefined ? ['defaults', 'targets'] : ['images', index, 'targets']
    const there = names.join(', ')
    const text =
      own === undefined
        ? `missing key "regions", to which images[${index}] goes by default; add it, or send images to other targets with "defaults: {targets: [${there}]}"`
        : `${pathText(path)} has "${REGIONS_TARGET}", but the list has no "regions"; add them, or name only targets of the list (${there})`
    return { path, text }
  })
}

/** Reports missing regions of a list that fails the schema elsewhere. */
function missingPlaces(value: unknown): Problem[] {
  const found = z.object({ images: z.unknown() }).loose().safeParse(value).data
  if (found === undefined || 'regions' in found || 'targets' in found) return []
  return [{ path: ['regions'], text: NO_REGIONS }]
}

const NO_REGIONS =
  'missing key "regions": it must be a list, such as [us-east-1]; for images that go to other places only, add "targets"'

function checkEntry(given: ImageEntry, index: number, { regions, targets }: EntryRules): Problem[] {
  const path = ['images', index]
  const entry = longForm(given)
  const at = (key: string): Path => (typeof given === 'string' ? path : [...path, key])
  const ref = tryParse(entry.source)
  if (ref instanceof Error) return [problemAt(at('source'), ref.message)]
  return [
    ...checkTagsGivenOnce(ref, entry, at('tags')),
    ...checkTags(entry.tags, at('tags'), entry.source),
    ...checkOwnRegions(entry.regions, regions, at('regions')),
    ...checkChoice(entry, targets, at),
    ...checkTo(entry, at),
    ...problemsAt(at('repository'), entry.repository && templateProblem(entry.repository)),
    ...checkSchedule(entry.schedule, at('schedule')),
    ...checkBackup(entry.backup, at('backup'), [...(entry.tags?.include ?? []), ref.tag ?? '']),
  ]
}

/** Rejects a tag in the reference together with a `tags` key. */
function checkTagsGivenOnce(ref: ImageRef, { source, tags }: Image, path: Path): Problem[] {
  const own = ref.digest === undefined ? ref.tag : ref.digest
  const isSelectedTwice = tags !== undefined && (selectsTags(tags) || ref.digest !== undefined)
  if (!isSelectedTwice || own === undefined) return []
  const fix = `remove "tags", or remove "${own}" from the source`
  return [problemAt(path, `"${source}" already selects a tag or digest; ${fix}`)]
}

function checkSchedule(schedule: string | undefined, path: Path): Problem[] {
  const wrong = schedule === undefined ? undefined : scheduleProblem(schedule)
  return problemsAt(path, wrong && `"${schedule}" is not a schedule: ${wrong}`)
}

function checkPrefix(prefix: string | undefined): Problem[] {
  const wrong = prefix === undefined ? undefined : nameProblem(`${prefix}/x`)
  if (prefix === undefined || wrong === undefined) return []
  const valid = validName(prefix)
  const fix = nameProblem(`${valid}/x`) === undefined ? `; write it as "${valid}"` : ''
  return [problemAt(['prefix'], `"${prefix}" is not a valid prefix: ${wrong}${fix}`)]
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
          problemAt(
            at(index),
            `"${region}" is not among the list's regions; add it to "regions", or remove it here`,
          ),
        ],
  )
}

/** An account and its credentials belong to one partition. */
function mixedPartitions(region: string, first: string, index: number): Problem {
  const why = `is in the partition ${partitionOf(region)}, and ${first} is in ${partitionOf(first)}`
  return problemAt(
    ['regions', index],
    `"${region}" ${why}; an account belongs to one partition: deploy once per partition`,
  )
}

function tryParse(source: string): ImageRef | Error {
  try {
    return parseSource(source)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
