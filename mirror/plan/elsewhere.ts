/**
 * Reads the images that the deployed list has elsewhere. If a place is missing, empty or invalid, the run uses what the
 * last run read in which all of them were good, and reports the problem: a broken list never means nothing to do.
 */
import * as z from 'zod'
import type { ListNotes } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { namedError } from '../failure.ts'
import type { List } from '../list/config.ts'
import { problemsOf } from '../list/document/problems.ts'
import { type Fetched, fetchedSchema, type ReadPlace } from '../list/elsewhere/fetched.ts'
import { joinPieces } from '../list/elsewhere/join.ts'
import { type Piece, parsePiece } from '../list/elsewhere/piece.ts'
import { parseListPlace, placesOf } from '../list/elsewhere/place.ts'
import type { Deployed } from '../list/parse-list.ts'

/** What the last run read in which all places were good. */
export const goodListsSchema = z.strictObject({
  places: z.array(z.string()),
  pieces: z.array(fetchedSchema),
  at: z.iso.datetime(),
})
export type GoodLists = z.infer<typeof goodListsSchema>

export interface ListReader {
  readonly read: ReadPlace
  /** @default - nothing is kept */
  readonly good?: {
    find(): Promise<GoodLists | undefined>
    keep(lists: GoodLists): Promise<void>
  }
  readonly now: Date
}

export interface WholeList {
  /** With the images from elsewhere. */
  readonly list: List
  /** Undefined if the list has no images elsewhere. */
  readonly notes?: ListNotes
}

/** @throws InvalidInput with every problem, unless an earlier list was kept, which then replaces the broken one */
export async function readWhole(deployed: Deployed, reader: ListReader): Promise<WholeList> {
  const places = placesOf(deployed.list)
  if (places.length === 0) return { list: deployed.list }
  try {
    const fetched = await collected(places, (place) => reader.read(parseListPlace(place), place))
    const pieces = fetched.flat()
    const whole = await joined(pieces, deployed, reader.now)
    await reader.good?.keep({ places, pieces, at: reader.now.toISOString() })
    return whole
  } catch (error) {
    if (!isRefusal(error)) throw error
    const kept = await lastGood(places, deployed, reader)
    if (kept === undefined) throw error
    const { list, notes, at } = kept
    return { list, notes: { ...notes, broken: { problem: error.message, since: at } } }
  }
}

/** Undefined if nothing was kept, or the deployed list no longer allows it. */
async function lastGood(places: readonly string[], deployed: Deployed, { good, now }: ListReader) {
  const kept = await good?.find()
  // Another deployment named other places.
  if (kept === undefined || kept.places.join() !== places.join()) return undefined
  try {
    return { ...(await joined(kept.pieces, deployed, now)), at: kept.at }
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}

async function joined(fetched: readonly Fetched[], deployed: Deployed, now: Date): Promise<WholeList> {
  const context = { list: deployed.list, account: deployed.account, now }
  const pieces = await collected(fetched, async (piece): Promise<Piece> => parsePiece(piece, context))
  const read = fetched.map(({ name, version }, index) => ({
    name,
    ...(version === undefined ? {} : { version }),
    images: pieces[index]?.images.length ?? 0,
  }))
  return { list: joinPieces(pieces, deployed), notes: { pieces: read } }
}

/**
 * Reports the problems of all places at once.
 * @throws InvalidInput with all of them, or the first error of another kind, which a retry may mend
 */
async function collected<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done = await Promise.allSettled(all.map(work))
  const errors = done.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  const other = errors.find((error) => !isRefusal(error))
  if (other !== undefined) throw other
  if (errors.length === 0) return done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const problems = errors.flatMap((error) => problemsOf(error) ?? [])
  const message = errors.map((error) => (error as Error).message).join('\n')
  throw Object.assign(namedError(ErrorName.InvalidInput, message), { problems })
}

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && error.name === ErrorName.InvalidInput
}
