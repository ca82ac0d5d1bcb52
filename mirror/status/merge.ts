/** Merges what a run saw into the state of the mirror. */
import type { Run } from '../contract.ts'
import type { ImageStatus, Place } from './schema.ts'
import { keyOf, type Seen, type SeenPlace } from './seen.ts'

/** How the state of a place changed in a run. */
export interface Change {
  readonly image: string
  readonly before: Place | undefined
  /** An object of the new state: changes to it are stored. */
  readonly after: Place
  readonly what: string | undefined
}

export interface Merged {
  readonly images: ImageStatus[]
  /** One for each place that the run saw. */
  readonly changes: readonly Change[]
}

/** Places that no run has tried for longer are forgotten, for example those of old pushes. */
const MAX_AGE_MS = 90 * 86_400_000

type Tags = Readonly<Record<string, string>>

/** Keeps the order of the images; new ones follow. */
export function mergeSeen(before: readonly ImageStatus[], seen: Seen, run: Run, now: Date): Merged {
  const changes: Change[] = []
  const known = new Set(before.map(({ image }) => image))
  const added = [...seen.keys()].filter((image) => !known.has(image))
  const old = [...before, ...added.map((image): ImageStatus => ({ image, tags: {}, places: [] }))]
  const images = old.flatMap((status): ImageStatus[] => {
    const places = mergePlaces(status, seen.get(status.image) ?? [], run, now)
    if (places.length === 0) return []
    changes.push(...places.flatMap(({ change }) => change ?? []))
    return [withTags(status.image, places)]
  })
  return { images, changes }
}

interface MergedPlace {
  readonly place: Place
  readonly tags: Tags
  readonly more: number
  readonly change?: Change
}

function mergePlaces(status: ImageStatus, seen: readonly SeenPlace[], run: Run, now: Date): MergedPlace[] {
  const { image, tags: shared, more = 0 } = status
  const byKey = new Map(seen.map((one) => [keyOf(one), one]))
  const kept = status.places.flatMap((before): MergedPlace[] => {
    const one = byKey.get(keyOf(before))
    const held = before.tags ?? shared
    byKey.delete(keyOf(before))
    if (one !== undefined) return [mergePlace({ image, before, held }, one, run, now)]
    return isGone(before, run, now) ? [] : [{ place: before, tags: held, more }]
  })
  const added = [...byKey.values()].map((one) =>
    mergePlace({ image, before: undefined, held: {} }, one, run, now),
  )
  return [...kept, ...added]
}

/** Whether the list no longer has it, or nothing has tried it for months. */
function isGone(place: Place, { schedule, whole = false, partial = false }: Run, now: Date): boolean {
  const covered = schedule === undefined ? whole && place.from !== undefined : place.from === schedule
  const last = place.tried ?? place.verified
  return (covered && !partial) || last === undefined || now.getTime() - Date.parse(last) > MAX_AGE_MS
}

interface Before {
  readonly image: string
  readonly before: Place | undefined
  readonly held: Tags
}

function mergePlace({ image, before, held }: Before, seen: SeenPlace, run: Run, now: Date): MergedPlace {
  const { target, repository, state, error, copied, more } = seen
  const at = now.toISOString()
  const verified = state === 'inSync' ? at : before?.verified
  const changed = copied ? at : before?.changed
  const from = run.schedule ?? before?.from ?? (run.list === undefined ? 'list' : undefined)
  const place: Place = {
    target,
    repository,
    ...(from === undefined ? {} : { from }),
    state,
    ...(verified === undefined ? {} : { verified }),
    ...(changed === undefined ? {} : { changed }),
    ...(state === 'inSync' ? {} : { since: before?.since ?? at, tried: at }),
    ...(state === 'inSync' || error === undefined ? {} : { error }),
    ...(state === 'inSync' || before?.told === undefined ? {} : { told: before.told }),
  }
  // Of a pair that failed, only part of its tags may be known.
  const tags = state === 'inSync' ? seen.tags : { ...held, ...seen.tags }
  return { place, tags, more, change: { image, before, after: place, what: seen.what } }
}

/** Stores the tags of the first place in sync for all places that hold the same. */
function withTags(image: string, merged: readonly MergedPlace[]): ImageStatus {
  const [first] = merged
  const usual = merged.find(({ place }) => place.state === 'inSync') ?? first
  const tags = usual?.tags ?? {}
  const text = JSON.stringify(tags)
  for (const one of merged) {
    // Changes refer to these objects. An object from which something was deleted takes several times the memory.
    if (one.place.tags !== undefined) delete one.place.tags
    if (one.tags !== tags && JSON.stringify(one.tags) !== text) one.place.tags = one.tags
  }
  const more = Math.max(...merged.map((one) => one.more))
  return { image, tags, ...(more > 0 ? { more } : {}), places: merged.map(({ place }) => place) }
}
