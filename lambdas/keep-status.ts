/**
 * Keeps the state of the mirror in the work bucket. Concurrent runs lose nothing: each merges what it saw into the
 * latest version, and repeats if another run was faster.
 */
import type { Pointer } from '../mirror/contract.ts'
import { STATUS_KEY, STATUS_PAGE_KEY } from '../mirror/keys.ts'
import type { News } from '../mirror/status/news.ts'
import { statusPage } from '../mirror/status/page.ts'
import { type Status, statusSchema } from '../mirror/status/schema.ts'
import type { Seen } from '../mirror/status/seen.ts'
import { nextStatus, type RunOfMirror } from '../mirror/status/status.ts'
import type { ResultReader } from './run-results.ts'

export interface Kept {
  readonly news: News
  /** The page for people. @default - it could not be written */
  readonly page?: Pointer | undefined
}

const MAX_PAGES = 5

/** Returns undefined if the state is missing or unreadable. It must not prevent the report. */
export async function findStatus({ store, onOddity }: ResultReader): Promise<Status | undefined> {
  try {
    return await store.findJson(STATUS_KEY, statusSchema)
  } catch (error) {
    onOddity('failed to read the state of the mirror', { key: STATUS_KEY, error })
    return undefined
  }
}

/** @throws if the state could not be written */
export async function keepStatus(seen: Seen, run: RunOfMirror, reader: ResultReader): Promise<Kept> {
  const { store, onOddity } = reader
  let kept = nextStatus(undefined, seen, run)
  await store.updateJson(STATUS_KEY, statusSchema, {
    change(stored) {
      kept = nextStatus(stored, seen, run)
      return kept.status
    },
    onUnreadable: (error) =>
      onOddity('replaced an unreadable state of the mirror', { key: STATUS_KEY, error }),
  })
  return { news: kept.news, page: await keepPage(kept.status, reader) }
}

/** Shows the latest state, whichever of two runs writes the page last. */
async function keepPage(written: Status, reader: ResultReader): Promise<Pointer | undefined> {
  let page: Pointer | undefined
  let shown: Status | undefined = written
  try {
    for (let count = 1; count <= MAX_PAGES && shown !== undefined; count++) {
      page = await reader.store.writePage(STATUS_PAGE_KEY, statusPage(shown))
      const latest: Status | undefined = await findStatus(reader)
      shown = latest?.run === shown.run && latest.written === shown.written ? undefined : latest
    }
  } catch (error) {
    reader.onOddity('failed to write the page of the state of the mirror', { error })
  }
  return page
}
