/**
 * Reads content from several repositories, nearest first. Content is addressed by digest, so any repository can serve
 * it; if one lacks it or fails, the next one is tried.
 */
import { RegistryError, type RegistryErrorKind } from '../registry/model/errors.ts'
import type { Descriptor, Manifest } from '../registry/model/manifest.ts'
import type { Digest } from '../registry/model/reference.ts'
import type { BlobSource, Repository } from '../registry/model/registry.ts'
import { embeddedContent } from './blobs/embedded.ts'
import { observeFailure } from './observe-failure.ts'

/** Opens a place on first use, so that tokens and secrets are requested only if needed. */
export type OpenPlace = () => Promise<Repository>

export interface Places {
  /** The places opened so far. */
  opened(): readonly Repository[]
  /** The last place, where the tags were resolved. Undefined until it is opened. */
  source(): Repository | undefined
  manifest(digest: Digest, signal?: AbortSignal): Promise<Manifest>
  blob(descriptor: Descriptor): ResumableSource
}

export interface ResumableSource extends BlobSource {
  /** The last read failure, if any. */
  failure(): unknown
  /** True if a stream failed after it was opened and another place is left, which the next open uses. */
  canMoveOn(): boolean
  /** Called once, when the target holds the blob or the copy has given up. */
  close(held: boolean): void
}

/** Failures of the whole place rather than of one digest. They move the place to the end of the order. */
const OF_THE_PLACE: readonly RegistryErrorKind[] = ['unavailable', 'unauthorized', 'rateLimited', 'unsafe']
/** Failures to report first if every place failed: rate limits, which defer the job, then transient ones. */
const MOST_TELLING: readonly RegistryErrorKind[] = ['rateLimited', 'unavailable']

interface Place {
  readonly open: OpenPlace
  /** Undefined until the place is open. */
  repository(): Repository | undefined
  /** True after a failure of the place; it is tried last. */
  doubtful: boolean
}

/** @param from - nearest first; repositories count as opened */
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
      return observeFailure(stream, (error) => {
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

/** Sorts nearest first, with failed places at the end. */
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

/** Other errors than a RegistryError come from opening the place: a secret, a role, a region. */
function isOfThePlace(error: unknown): boolean {
  if (!(error instanceof RegistryError)) return true
  return error.code === 'NAME_UNKNOWN' || OF_THE_PLACE.includes(error.kind)
}

function mostTelling(failures: readonly unknown[]): unknown {
  for (const kind of MOST_TELLING) {
    const found = failures.find((failure) => failure instanceof RegistryError && failure.kind === kind)
    if (found) return found
  }
  return failures.at(-1) ?? new Error('no repository to read from was given')
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
