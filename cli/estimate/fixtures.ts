/** Counts what a list adds to the stack besides images: schedules, keys, secrets, and places that it is read from. */
import type { Fixtures } from '../../estimate/workload.ts'
import type { List } from '../../mirror/list/config.ts'
import { parseListPlace, placesOf } from '../../mirror/list/elsewhere/place.ts'
import { type Entry, longForm } from '../../mirror/list/entry.ts'
import { homeOf } from '../../mirror/list/home.ts'
import { pushedRegions } from '../../mirror/list/push.ts'
import type { Encryption } from '../../mirror/list/repositories/schema.ts'
import { DEFAULT_SCHEDULE, NO_SCHEDULE } from '../../mirror/list/schedule.ts'
import { meteredTargets } from '../../mirror/list/targets/metered.ts'
import { isEcrTarget } from '../../mirror/repositories/wanted.ts'
import type { Target } from '../../mirror/target.ts'

/** @param entries - those that have not expired */
export function fixturesOf(list: List, entries: readonly Entry[]): Fixtures {
  const places = placesOf(list).map((name) => parseListPlace(name).kind)
  return {
    schedules: schedulesOf(list).size,
    pushRegions:
      list.push === undefined ? 0 : pushedRegions(list).filter((one) => one !== homeOf(list)).length,
    keys: keysOf(entries).size,
    secrets: secretsOf(entries).size,
    lists: {
      objects: places.filter((kind) => kind === 'object').length,
      tables: places.filter((kind) => kind === 'table').length,
    },
    meteredTargets: meteredTargets(list).length,
  }
}

/** The expressions of the schedules that start runs. */
export function schedulesOf(list: List): Set<string> {
  const whole = list.schedule ?? DEFAULT_SCHEDULE
  const own = list.images.map((entry) => longForm(entry).schedule ?? whole)
  // Images elsewhere may have the schedule of the list.
  const used = new Set(placesOf(list).length === 0 ? own : [whole, ...own])
  used.delete(NO_SCHEDULE)
  return used
}

/** Whether a repository at the target is encrypted with KMS. */
export function usesKms(encryption: Encryption | undefined, target: Target): boolean {
  if (encryption === undefined || encryption === 'AES256' || !isEcrTarget(target)) return false
  const { kms } = encryption
  return typeof kms !== 'object' || kms[target.id] !== undefined || kms[target.region] !== undefined
}

/** Customer managed keys. ECR's own key has no monthly price. */
function keysOf(entries: readonly Entry[]): Set<string> {
  const used = entries.flatMap(({ settings: { repositories }, targets }) => {
    const { encryption } = repositories
    if (encryption === undefined || encryption === 'AES256') return []
    const { kms } = encryption
    if (typeof kms === 'string') return [kms]
    if (kms === true) return []
    return targets.flatMap((target) =>
      isEcrTarget(target) ? (kms[target.id] ?? kms[target.region] ?? []) : [],
    )
  })
  return new Set(used)
}

/** Secrets of sources and targets. */
function secretsOf(entries: readonly Entry[]): Set<string> {
  const used = entries.flatMap(({ settings, targets }) => [
    settings.credentials,
    ...targets.map((target) => ('credentials' in target ? target.credentials : undefined)),
  ])
  return new Set(used.filter((name) => name !== undefined))
}
