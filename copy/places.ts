/**
 * Reading from several places, nearest first. Content is addressed by digest, so any place that holds it is as good
 * as any other: one that lacks it, or fails, is passed over for the next.
 */
import { RegistryError, type RegistryErrorKind } from '../registry/model/errors.ts'
import type { Descriptor, Manifest } from '../registry/model/manifest.ts'
import type { Digest } from '../registry/model/reference.ts'
import type { BlobSource, Repository } from '../registry/model/registry.ts'
import { embeddedContent } from './blobs/embedded.ts'
import { noteFailure } from './note-failure.ts'

/** Opens a place on its first use: a token, or a secret, is asked for only where it is needed. */
export type OpenPlace = () => Promise<Repository>

export interface Places {
  /** Those that were needed so far. */
  opened(): readonly Repository[]
  /** The last one, where what is read was resolved; undefined until it was needed. */
  source(): Repository | undefined
  manifest(digest: Digest, signal?: AbortSignal): Promise<Manifest>
  blob(descriptor: Descriptor): ResumableSource
}

export interface ResumableSource extends BlobSource {
  /** Why reading failed last; undefined when it did not. */
  failure(): unknown
  /** True when a place broke after it was opened and there is another one: opening again goes there. */
  canMoveOn(): boolean
  /** Told once, when the target has it or nothing more is tried. */
  close(held: boolean): void
}

/** Failures that say something of the place and not of the one digest: it is asked last from then on. */
const OF_THE_PLACE: readonly RegistryErrorKind[] = ['unavailable', 'unauthorized', 'rateLimited', 'unsafe']
/** Which failure to tell when every place failed: the one that makes the job wait, then the one that may pass. */
const MOST_TELLING: readonly RegistryErrorKind[] = ['rateLimited', 'unavailable']

interface Place {
  readonly open: OpenPlace
  /** Once it is open. */
  repository(): Repository | undefined
  /** Asked last. */
  doubtful: boolean
}

/** @param from - nearest first; what is open already counts as opened from the start */
export function createPlaces(from: readonly (Repository | OpenPlace)[]): Places {
  const places = from.map((place) => (typeof place === 'function' ? notYet(place) : opened(place)))
  const openedBy = (): Repository[] => places.flatMap(({ repository }) => repository() ?? [])

  async function manifest(digest: Digest, signal?: AbortSignal): Promise<Manifest> {
    const read = async (place: Place): Promise<Manifest> => (await place.open()).getManifest(digest, signal)
    return fromFirst(inOrder(places), read, signal)
  }

  function blob(descriptor: Descriptor): ResumableSource {
    const embedded = embeddedContent(descriptor)
    if (embedded !== undefined) return fromMemory(embedded)
    const broken = new Set<Place>()
    let failure: unknown
    let opens = 0
    const openAt = async (place: Place, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> => {
      const stream = await (await place.open()).blob(descriptor).open(signal)
      return noteFailure(stream, (error) => {
        failure = error
        broken.add(place)
      })
    }
    return {
      size: descriptor.size,
      failure: () => failure,
      close: () => {},
      canMoveOn: () => broken.size > 0 && broken.size < places.length && opens <= places.length,
      async open(signal) {
        opens++
        failure = undefined
        try {
          return await fromFirst(inOrder(places, broken), (place) => openAt(place, signal), signal)
        } catch (error) {
          failure = error
          throw error
        }
      },
    }
  }

  return { opened: openedBy, source: () => places.at(-1)?.repository(), manifest, blob }
}

function opened(repository: Repository): Place {
  return { open: async () => repository, repository: () => repository, doubtful: false }
}

function notYet(open: OpenPlace): Place {
  let pending: Promise<Repository> | undefined
  let repository: Repository | undefined
  return {
    async open() {
      pending ??= open()
      repository = await pending
      return repository
    },
    repository: () => repository,
    doubtful: false,
  }
}

/** Nearest first; those that failed already come last, but they do come. */
function inOrder(places: readonly Place[], broken: ReadonlySet<Place> = new Set()): Place[] {
  const rank = (place: Place): number => (place.doubtful ? 2 : 0) + (broken.has(place) ? 1 : 0)
  return [...places].sort((one, other) => rank(one) - rank(other))
}

async function fromFirst<T>(
  places: readonly Place[],
  read: (place: Place) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const failures: unknown[] = []
  for (const place of places) {
    try {
      return await read(place)
    } catch (error) {
      signal?.throwIfAborted()
      if (isOfThePlace(error)) place.doubtful = true
      failures.push(error)
    }
  }
  throw mostTelling(failures)
}

/** What is not an error of the registry came up when the place was opened: a secret, a role, a region. */
function isOfThePlace(error: unknown): boolean {
  if (!(error instanceof RegistryError)) return true
  return error.code === 'NAME_UNKNOWN' || OF_THE_PLACE.includes(error.kind)
}

function mostTelling(failures: readonly unknown[]): unknown {
  for (const kind of MOST_TELLING) {
    const told = failures.find((failure) => failure instanceof RegistryError && failure.kind === kind)
    if (told) return told
  }
  return failures.at(-1) ?? new Error('there is no place to read from')
}

function fromMemory(bytes: Uint8Array): ResumableSource {
  return {
    size: bytes.length,
    failure: () => undefined,
    canMoveOn: () => false,
    close: () => {},
    async open() {
      return (async function* () {
        if (bytes.length > 0) yield bytes
      })()
    },
  }
}
