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

const MAX_TAGS = 500
const MAX_MESSAGE = 500
/** Characters of all tags and digests, which limits the memory of Report for many thousand images. */
const MAX_CHARACTERS = 100_000_000

export interface SeenDraft {
  /** The pairs of one image. */
  add(pairs: readonly PairReport[]): void
  readonly images: Seen
}

export function startSeen(): SeenDraft {
  const images: Seen = new Map()
  let left = MAX_CHARACTERS
  return {
    images,
    add(pairs) {
      /** The targets of an image usually hold the same. */
      const texts = new Map<string, Readonly<Record<string, string>>>()
      const held = (entries: readonly (readonly [string, string])[]) => {
        const text = JSON.stringify(entries)
        const known = texts.get(text)
        if (known !== undefined) return known
        left -= text.length
        const tags = Object.fromEntries(entries)
        texts.set(text, tags)
        return tags
      }
      for (const pair of pairs) {
        const state = stateOf(pair)
        if (state === undefined) continue
        const entries = pair.tags
          .slice(0, left > 0 ? MAX_TAGS : 0)
          .map(({ tag, digest }) => [tag ?? digest, digest] as const)
        addPlace(images, pair.image, {
          ...placeSeen(pair, state),
          tags: held(entries),
          more: pair.tags.length - entries.length,
        })
      }
    },
  }
}

function addPlace(images: Seen, image: string, place: SeenPlace): void {
  const places = images.get(image) ?? []
  images.set(image, places)
  const same = places.findIndex((one) => keyOf(one) === keyOf(place))
  const other = places[same]
  if (other === undefined) places.push(place)
  else places[same] = both(other, place)
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

function placeSeen(pair: PairReport, state: Place['state']): Omit<SeenPlace, 'tags' | 'more'> {
  const { target, repository, outcome, error, bytes } = pair
  return {
    target,
    repository,
    state,
    copied: outcome === 'synced' || bytes > 0,
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
