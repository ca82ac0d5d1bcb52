/**
 * Schema of `status/status.json`: what is where, how old it is, and what went wrong. Report updates it at the end of
 * each run. docs/status.md describes it.
 */
import * as z from 'zod'

const timeSchema = z.iso.datetime()
/** Tag -> digest. A digest without a tag is its own key. */
const tagsSchema = z.record(z.string(), z.string())

/** One image at one target. */
export const placeSchema = z.strictObject({
  target: z.string(),
  repository: z.string(),
  /**
   * What covers it: the schedule of its runs, or `list` if only runs by hand did. @default - a push, or an execution's own list
   */
  from: z.string().optional(),
  state: z.enum(['inSync', 'deferred', 'failed']),
  /** When a run last found or made it in sync. @default - never */
  verified: timeSchema.optional(),
  /** When a run last copied something to it. @default - unknown */
  changed: timeSchema.optional(),
  /** When a run first found it not in sync. @default - it is in sync */
  since: timeSchema.optional(),
  /** When the last run tried it. @default - `verified` */
  tried: timeSchema.optional(),
  error: z.strictObject({ name: z.string(), message: z.string(), log: z.string().optional() }).optional(),
  /** The last alert about it: when, by which run, and a fingerprint of the failure. @default - none since it was in sync */
  told: z.strictObject({ at: timeSchema, run: z.string(), what: z.string() }).optional(),
  /** What it holds, if that differs from `tags` of the image. */
  tags: tagsSchema.optional(),
})
export type Place = z.infer<typeof placeSchema>

export const imageStatusSchema = z.strictObject({
  /** The source as written in the list. */
  image: z.string(),
  /** What its places hold, unless they have `tags` of their own. */
  tags: tagsSchema,
  /** Number of tags that are left out because there are too many. @default 0 */
  more: z.int().optional(),
  places: z.array(placeSchema),
})
export type ImageStatus = z.infer<typeof imageStatusSchema>

export const statusSchema = z.strictObject({
  /** The name of the stack, its account and its region. */
  mirror: z.string(),
  account: z.string(),
  region: z.string(),
  /** When it was written, and by which run. */
  written: timeSchema,
  run: z.string(),
  counts: z.strictObject({ images: z.int(), inSync: z.int(), deferred: z.int(), failed: z.int() }),
  images: z.array(imageStatusSchema),
})
export type Status = z.infer<typeof statusSchema>
