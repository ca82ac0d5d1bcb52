/** Restricts a run to regions, targets, pairs or a schedule, as the execution's input asks. */
import type { z } from 'zod'
import type { onlySchema } from '../execution-input.ts'
import type { Region } from '../list/config.ts'
import { type Problem, refuse } from '../list/document/problems.ts'
import type { Entry } from '../list/entry.ts'
import { REGIONS_TARGET } from '../list/targets/schema.ts'
import { didYouMean } from '../nearest.ts'
import { regionOf, type Target } from '../target.ts'

export type Only = z.infer<typeof onlySchema>

export interface Narrowing {
  readonly regions?: readonly Region[] | undefined
  /** Ids of targets, or their names in the list. With `regions`, the run goes to both. */
  readonly targets?: readonly string[] | undefined
  readonly only?: Only | undefined
  /** Only images with this schedule. */
  readonly schedule?: string | undefined
  /** Schedules of the stack, which images elsewhere need not have. @default - those of the images */
  readonly schedules?: readonly string[] | undefined
}

/** Bounds the time for comparing many names with many others. */
const MAX_SUGGESTIONS = 20

/**
 * Returns the targets of each entry in this run, in the list's order.
 * @throws InvalidInput for names that are not in the list, because a run that does nothing must not look like a
 * success
 */
export function narrow(
  entries: readonly Entry[],
  { regions, targets, only, schedule, schedules }: Narrowing,
  file: string,
): Target[][] {
  const problems = [
    ...unknownRegions(entries, regions),
    ...unknownTargets(entries, targets),
    ...unknownPairs(entries, only),
    ...unknownSchedule(entries, schedule, schedules),
  ]
  if (problems.length > 0) refuse(file, problems)
  const pairs = only && Map.groupBy(only, ({ image }) => image)
  return entries.map((entry) =>
    entry.targets.filter((target) => {
      const { id } = target
      if (schedule !== undefined && entry.schedule !== schedule) return false
      if (!isChosen(target, { regions, targets })) return false
      return pairs === undefined || (pairs.get(entry.image) ?? []).some((pair) => targetIdOf(pair) === id)
    }),
  )
}

function isChosen(target: Target, { regions, targets }: Pick<Narrowing, 'regions' | 'targets'>): boolean {
  if (regions === undefined && targets === undefined) return true
  const inRegions = regions?.some((region) => region === regionOf(target)) ?? false
  return inRegions || (targets?.some((name) => isNamed(target, name)) ?? false)
}

/** `prod/us-east-1` is one target, and `prod` all of that account. */
function isNamed(target: Target, name: string): boolean {
  return name === target.id || name === nameOf(target)
}

function nameOf({ id, kind }: Target): string {
  return kind === 'region' ? REGIONS_TARGET : (id.split('/')[0] ?? id)
}

function unknownTargets(entries: readonly Entry[], names: readonly string[] = []): Problem[] {
  return targetProblems(entries, names).flatMap((wrong, index): Problem[] =>
    wrong === undefined ? [] : [{ path: ['targets', index], text: `targets[${index}]: ${wrong}` }],
  )
}

/** For each name, why no entry has such a target, or undefined if one does. */
export function targetProblems(entries: readonly Entry[], names: readonly string[]): (string | undefined)[] {
  const all = entries.flatMap((entry) => entry.targets)
  const known = new Set(all.flatMap((target) => [target.id, nameOf(target)]))
  return names.map((name) => {
    if (known.has(name)) return undefined
    const ids = [...new Set(all.map(({ id }) => id))].join(', ')
    return `no image goes to "${name}"${didYouMean(name, known)}; the targets are ${ids}`
  })
}

function unknownRegions(entries: readonly Entry[], regions: readonly Region[] = []): Problem[] {
  const known = new Set(entries.flatMap((entry) => entry.targets.flatMap((target) => regionOf(target) ?? [])))
  return regions.flatMap((region, index): Problem[] => {
    if (known.has(region)) return []
    const why = known.size === 0 ? 'no image goes to a region' : `the regions are ${[...known].join(', ')}`
    const text = `regions[${index}]: no image goes to "${region}"; ${why}`
    return [{ path: ['regions', index], text }]
  })
}

function unknownSchedule(
  entries: readonly Entry[],
  schedule: string | undefined,
  others: readonly string[] = [],
): Problem[] {
  const known = new Set([...entries.map((entry) => entry.schedule), ...others])
  if (schedule === undefined || known.has(schedule)) return []
  const text = `schedule: no image has "${schedule}"; the schedules are ${[...known].join(', ')}`
  return [{ path: ['schedule'], text }]
}

function unknownPairs(entries: readonly Entry[], only: Only = []): Problem[] {
  return pairProblems(entries, only).flatMap((wrong, index): Problem[] =>
    wrong === undefined ? [] : [{ path: ['only', index], text: `only[${index}]: ${wrong}` }],
  )
}

/** For each pair, why the entries do not have it, or undefined if they do. */
export function pairProblems(entries: readonly Entry[], only: Only): (string | undefined)[] {
  const targetsOf = new Map<string, Set<string>>()
  for (const { image, targets } of entries) {
    targetsOf.set(image, new Set([...(targetsOf.get(image) ?? []), ...targets.map(({ id }) => id)]))
  }
  return only.map((pair, index) => {
    const { image } = pair
    const id = targetIdOf(pair)
    const known = targetsOf.get(image)
    if (id !== undefined && known?.has(id)) return undefined
    if (known !== undefined) return `${notATarget(pair, id)}; its targets are ${[...known].join(', ')}`
    return `"${image}" is not in the list${index < MAX_SUGGESTIONS ? meantImage(image, [...targetsOf.keys()]) : ''}`
  })
}

/** People shorten `docker.io/library/redis:7.4` to `redis`. */
function meantImage(image: string, known: readonly string[]): string {
  const longer = known.find((one) => `/${one}`.includes(`/${image}`))
  return didYouMean(image, known) || (longer === undefined ? '' : `; did you mean "${longer}"?`)
}

/** Undefined where the pair names none, or two. */
function targetIdOf({ target, region }: Only[number]): string | undefined {
  return target === undefined || region === undefined || target === region ? (target ?? region) : undefined
}

function notATarget({ image, target, region }: Only[number], id: string | undefined): string {
  if (id !== undefined) return `"${image}" does not go to "${id}"`
  if (target === undefined) return `"${image}" needs a "target"`
  return `"${image}" has the target "${target}" and the region "${region}", where one is meant`
}
