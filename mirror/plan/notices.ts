/** `runs/<run>/notices.json`: entries of the deployed list that have expired, or will soon. */
import * as z from 'zod'
import type { Entry } from '../list/entry.ts'
import { expiryNotice } from '../list/time/expires.ts'

export const noticeSchema = z.strictObject({
  image: z.string(),
  /** The last day on which it is mirrored. */
  on: z.iso.date(),
  expired: z.boolean(),
  text: z.string(),
})
export type Notice = z.infer<typeof noticeSchema>
export const noticesSchema = z.array(noticeSchema)

export function noticesOf(entries: readonly Pick<Entry, 'image' | 'expires'>[], now: Date): Notice[] {
  // An entry with several repositories is one to its reader.
  const byImage = new Map(entries.map(({ image, expires }) => [image, expiryNotice(image, expires, now)]))
  return [...byImage.values()].filter((notice) => notice !== undefined)
}

/** More than a list has. */
const MAX_SAID = 20_000

/** `state/_notices.json`: the expired entries that a report has mentioned, by image and last day. */
export const saidSchema = z.record(z.string(), z.iso.date())

/** @returns the notices that no report has mentioned, or that are to be mentioned in each, and the new record */
export function newNotices(
  notices: readonly Notice[],
  said: Readonly<Record<string, string>>,
): { readonly notices: Notice[]; readonly said: Record<string, string> } {
  const expired = notices.filter((notice) => notice.expired).map(({ image, on }) => [image, on] as const)
  const entries = [...new Map([...Object.entries(said), ...expired])]
  return {
    notices: notices.filter((notice) => !notice.expired || said[notice.image] !== notice.on),
    said: Object.fromEntries(entries.slice(-MAX_SAID)),
  }
}
