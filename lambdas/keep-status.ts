/**
 * Keeps the state of the mirror in the work bucket. Concurrent runs lose nothing: each merges what it saw into the
 * version that it read, and repeats with the latest one if another run was faster.
 */
import type { Pointer } from '../mirror/contract.ts'
import { STATUS_KEY, STATUS_PAGE_KEY } from '../mirror/keys.ts'
import type { News } from '../mirror/status/news.ts'
import { statusPage } from '../mirror/status/page.ts'
import type { Status } from '../mirror/status/schema.ts'
import type { Seen } from '../mirror/status/seen.ts'
import { nextStatus, type RunOfMirror } from '../mirror/status/status.ts'
import { readStatusText, statusText } from '../mirror/status/text.ts'
import { linesOf } from '../store/lines.ts'
import { MAX_TRIES } from '../store/update.ts'
import type { ResultReader } from './run-results.ts'

export interface Kept {
  readonly news: News
  /** The page for people. @default - it could not be written */
  readonly page?: Pointer | undefined
}

/** The state as it was read. */
export interface Known {
  /** Undefined if it is missing, or is not a state. It is then replaced. */
  readonly status: Status | undefined
  /** Undefined if it is missing. */
  readonly etag: string | undefined
}

const MAX_PAGES = 5

/** Returns undefined if S3 does not deliver the state. That must not prevent the report. */
export async function findStatus(reader: ResultReader): Promise<Known | undefined> {
  try {
    return await readStatus(reader)
  } catch (error) {
    reader.onOddity('failed to read the state of the mirror', { key: STATUS_KEY, error })
    return undefined
  }
}

async function readStatus({ store, onOddity }: ResultReader): Promise<Known> {
  const found = await store.findVersion(STATUS_KEY)
  if (found === undefined) return { status: undefined, etag: undefined }
  const read = await readStatusText(linesOf(found.chunks))
  if ('status' in read) return { status: read.status, etag: found.etag }
  onOddity('replaces an unreadable state of the mirror', { key: STATUS_KEY, error: read.problem })
  return { status: undefined, etag: found.etag }
}

/**
 * @param known - what was read before the run's pairs, which saves reading it again
 * @throws if the state could not be written
 */
export async function keepStatus(
  seen: Seen,
  run: RunOfMirror,
  reader: ResultReader,
  known?: Known,
): Promise<Kept> {
  let stored = known ?? (await readStatus(reader))
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const { status, news } = nextStatus(stored.status, seen, run)
    const etag = await reader.store.replace(STATUS_KEY, statusText(status), stored.etag)
    if (etag !== undefined) return { news, page: await keepPage({ status, etag }, reader) }
    stored = await readStatus(reader)
  }
  throw new Error(`other runs changed ${STATUS_KEY} in each of ${MAX_TRIES} tries`)
}

/** Shows the latest state, whichever of two runs writes the page last. */
async function keepPage(written: Known, reader: ResultReader): Promise<Pointer | undefined> {
  const { store, onOddity } = reader
  let page: Pointer | undefined
  let shown = written
  try {
    for (let count = 1; count <= MAX_PAGES && shown.status !== undefined; count++) {
      page = await store.writePage(STATUS_PAGE_KEY, statusPage(shown.status))
      if ((await store.findEtag(STATUS_KEY)) === shown.etag) break
      shown = await readStatus(reader)
    }
  } catch (error) {
    onOddity('failed to write the page of the state of the mirror', { error })
  }
  return page
}
