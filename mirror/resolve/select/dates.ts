/**
 * Reads the creation dates of tags, for `latest` by date. Each digest costs two or three reads once: its manifest and
 * config, and for an index also the manifest of its first platform. Later runs remember the date.
 */
import pMap from 'p-map'
import type { Digest } from '../../../registry/model/reference.ts'
import type { FailedTag, ResolvedTag } from '../../documents.ts'
import { ErrorName } from '../../error-name.ts'
import { isRegistryError, namedError } from '../../failure.ts'
import { listed } from '../../words.ts'
import { askTags } from '../ask-tags.ts'
import type { Recalled } from '../memory/immutable-tags.ts'
import { createMemory, type Memory } from '../memory/memory.ts'
import { PARALLEL_REQUESTS, type Source } from '../source.ts'
import { readCreated } from './created.ts'
import type { ReadDates } from './select-tags.ts'

/** Bounds the pulls of a first run. */
export const MAX_DATED = 1_000
/** Width of a list of tags in a message. */
const MAX_NAMES = 200

export interface Dates {
  readonly read: ReadDates
  readonly warnings: readonly string[]
}

export interface DatesOptions {
  /** @default - reads every date */
  readonly memory?: Memory
  /** Finds tags whose digests are known without a request. @default - requests all */
  readonly recall?: (tags: readonly string[]) => Recalled
  /** Tags that an earlier try resolved; new ones are added. @default - none */
  readonly known?: ResolvedTag[]
  readonly signal: AbortSignal | undefined
}

export function createDates(source: Source, options: DatesOptions): Dates {
  const { memory = createMemory(), recall = requestAll, known = [], signal } = options
  const remembered = memory.earlier.dates ?? {}
  const dates = new Map<string, string>()
  const warnings: string[] = []

  async function read(tags: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (tags.length > MAX_DATED) throw tooMany(tags.length, source.name)
    const recalled = recall(tags)
    const asked = await askTags(source, recalled.others, known, signal)
    const resolved = [...recalled.tags, ...asked.flatMap((one) => ('resolved' in one ? [one.resolved] : []))]
    const failed = asked.flatMap((one) => ('failure' in one ? [one.failure] : []))
    requireAnswers(failed)
    const digests = [...new Set(resolved.map(({ digest }) => digest))]
    try {
      await pMap(digests, dateOf, { concurrency: PARALLEL_REQUESTS })
    } catch (error) {
      await memory.learn({ dates: { ...remembered, ...Object.fromEntries(dates) } })
      throw error
    }
    await memory.learn({ dates: Object.fromEntries(dates) })
    const dated = resolved.filter(({ digest }) => dates.get(digest) !== '')
    const undated = [...failed, ...resolved.filter(({ digest }) => dates.get(digest) === '')]
    if (undated.length > 0) warnings.push(undatedWarning(undated, source.name))
    return new Map(dated.map(({ tag = '', digest }) => [tag, Date.parse(dates.get(digest) ?? '')]))
  }

  async function dateOf(digest: string): Promise<void> {
    const before = Object.hasOwn(remembered, digest) ? remembered[digest] : undefined
    dates.set(digest, before ?? (await readOnce(digest as Digest)))
  }

  /** An image with a broken config has no date. Rate limits and outages are no property of the image. */
  async function readOnce(digest: Digest): Promise<string> {
    try {
      return await readCreated(source, digest, signal)
    } catch (error) {
      signal?.throwIfAborted()
      if (!isRegistryError(error) || error.kind === 'rateLimited' || error.kind === 'unavailable') throw error
      return ''
    }
  }

  return { read, warnings }
}

function requestAll(tags: readonly string[]): Recalled {
  return { tags: [], others: tags }
}

/** During an outage, older tags would be selected in place of the newest. */
function requireAnswers(failed: readonly FailedTag[]): void {
  const outage = failed.find(({ name }) => name === ErrorName.RegistryUnavailable)
  if (outage !== undefined) throw namedError(ErrorName.RegistryUnavailable, outage.message)
}

function tooMany(count: number, source: string): Error {
  return namedError(
    ErrorName.InvalidInput,
    `"latest" by date would have to read the dates of ${count} tags of ${source}, and at most ${MAX_DATED} are read: narrow "tags" with "include", "semver" or "exclude", or use "by: name"`,
  )
}

function undatedWarning(undated: readonly Pick<ResolvedTag, 'tag'>[], source: string): string {
  const names = undated.map(({ tag = '' }) => tag).sort()
  const what =
    names.length === 1
      ? '1 tag has no readable date and counts'
      : `${names.length} tags have no readable dates and count`
  return `${source}: ${what} as the oldest: ${listed(names, MAX_NAMES)}`
}
