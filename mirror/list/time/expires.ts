/** `expires`: the last day on which an entry is mirrored, in UTC, and what then happens to its tags. */
import * as z from 'zod'

const dateSchema = z.iso.date('must be a date such as 2027-06-30')

export const expiresSchema = z
  .union([
    dateSchema,
    z
      .strictObject({
        on: dateSchema.describe('The last day on which the image is mirrored, in UTC: `2027-06-30`.'),
        // biome-ignore lint/suspicious/noThenProperty: it is a key of the list, and no function.
        then: z
          .literal('prune')
          .optional()
          .describe(
            'Whether to delete what was mirrored for the image, after the days of `prune`. Default: the tags stay.',
          ),
      })
      .meta({ id: 'Expiry' }),
  ])
  .optional()
  .describe(
    'The last day on which the image is mirrored, in UTC: `2027-06-30`, or with what happens then. Default: it does not expire.',
  )

export interface Expiry {
  /** `2027-06-30`: the last day. */
  readonly on: string
  readonly then?: 'prune' | undefined
}

const DAY_MS = 86_400_000
/** How long before its last day an entry is warned of. */
const WARNING_DAYS = 30

export function expiryOf(given: z.infer<typeof expiresSchema>): Expiry | undefined {
  return typeof given === 'string' ? { on: given } : given
}

export function isExpired(expiry: Expiry | undefined, now: Date): boolean {
  return expiry !== undefined && daysLeft(expiry, now) < 0
}

/** Days after today on which the entry is still mirrored: 0 on its last day. */
function daysLeft({ on }: Expiry, now: Date): number {
  return Math.round((Date.parse(on) - Date.parse(now.toISOString().slice(0, 10))) / DAY_MS)
}

/** What people must know about an entry's end. */
export interface ExpiryNotice {
  /** The image as written in the list. */
  readonly image: string
  /** Its last day. */
  readonly on: string
  readonly expired: boolean
  readonly text: string
}

/** @returns undefined for an entry that does not end soon */
export function expiryNotice(image: string, expiry: Expiry | undefined, now: Date): ExpiryNotice | undefined {
  if (expiry === undefined) return undefined
  const { on, then } = expiry
  const left = daysLeft(expiry, now)
  if (left > WARNING_DAYS) return undefined
  const about = { image, on, expired: left < 0 }
  if (left < 0) {
    const rest = then === 'prune' ? 'its tags will be deleted' : 'its tags stay at the targets'
    return { ...about, text: `${image} expired on ${on}: it is no longer mirrored, and ${rest}` }
  }
  const when = left === 0 ? 'today is its last day' : `${left} ${left === 1 ? 'day is' : 'days are'} left`
  return { ...about, text: `${image} expires on ${on}, ${when}; extend "expires", or remove the entry` }
}
