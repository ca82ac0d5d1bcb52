/** What a run saw of its images: the part of the run's pairs that the state of the mirror needs. */
import { digestOf } from '../../registry/model/digest.ts'
import type { PairReport } from '../documents.ts'
import { shortened } from '../failure.ts'
import type { Place } from './schema.ts'

export interface SeenPlace extends Pick<Place, 'target' | 'repository' | 'state' | 'error'> {
  /** Whether the run copied something to it. */
  readonly copied: boolean
  /** Tag -> digest, of what it holds for certain. */
  readonly tags: Readonly<Record<string, string>>
  /** Number of further tags. */
  readonly more: number
  /** Fingerprint of the failure: the same failure in the next run has the same. */
  readonly what?: string
}

/** Image -> what the run saw at each place. */
export type Seen = Map<string, SeenPlace[]>

/** Ten thousand images with all their tags must fit into the memory of Report. */
const MAX_TAGS = 500
const MAX_MESSAGE = 500

export function addSeen(seen: Seen, pairs: readonly PairReport[]): void {
  for (const pair of pairs) {
    const state = stateOf(pair)
    if (state === undefined) continue
    const places = seen.get(pair.image) ?? []
    seen.set(pair.image, places)
    const place = placeSeen(pair, state)
    const same = places.findIndex((one) => keyOf(one) === keyOf(place))
    const other = places[same]
    if (other === undefined) places.push(place)
    else places[same] = both(other, place)
  }
}

export function failedIn(seen: Seen): (Pick<Place, 'target' | 'repository'> & { readonly image: string })[] {
  return [...seen].flatMap(([image, places]) =>
    places.filter(({ state }) => state === 'failed').map((place) => ({ image, ...place })),
  )
}

/** Identifies a place of an image. */
export function keyOf({ target, repository }: Pick<Place, 'target' | 'repository'>): string {
  return `${target} ${repository}`
}

/** Undefined for what only a dry run finds. */
function stateOf({ outcome }: PairReport): Place['state'] | undefined {
  if (outcome === 'failed' || outcome === 'deferred') return outcome
  return outcome === 'inSync' || outcome === 'synced' ? 'inSync' : undefined
}

function placeSeen(pair: PairReport, state: Place['state']): SeenPlace {
  const { target, repository, outcome, tags, error, bytes } = pair
  return {
    target,
    repository,
    state,
    copied: outcome === 'synced' || bytes > 0,
    tags: Object.fromEntries(tags.slice(0, MAX_TAGS).map(({ tag, digest }) => [tag ?? digest, digest])),
    more: Math.max(0, tags.length - MAX_TAGS),
    ...(error === undefined ? {} : { error: { ...error, message: shortened(error.message, MAX_MESSAGE) } }),
    ...(state === 'failed' ? { what: fingerprint(pair) } : {}),
  }
}

/** Messages may contain times and addresses, so only the error's name and the tags count. */
function fingerprint({ error, failedTags = [] }: PairReport): string {
  const tags = failedTags.map(({ tag, digest, name }) => `${tag ?? digest} ${name}`)
  return digestOf(Buffer.from([error?.name, ...tags.sort()].join('\n'))).slice('sha256:'.length, 23)
}

/** Two entries of the list may mirror different tags of an image to the same place: the worse state counts. */
function both(a: SeenPlace, b: SeenPlace): SeenPlace {
  const [worse, other] = rank(a) >= rank(b) ? [a, b] : [b, a]
  return {
    ...worse,
    copied: a.copied || b.copied,
    tags: { ...other.tags, ...worse.tags },
    more: a.more + b.more,
  }
}

function rank({ state }: SeenPlace): number {
  return ['inSync', 'deferred', 'failed'].indexOf(state)
}
