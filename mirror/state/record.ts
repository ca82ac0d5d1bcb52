/**
 * Schema of the state of the mirror: what outlives a run. `state/<repository>/_state.json` has one record for each
 * repository, with all of its targets; docs/decisions.md has the arithmetic. Report merges the outcomes of its run into
 * it (merge.ts), except those of a dry run. Status pages and alerts show it, and prune deletes by it.
 *
 * A record is a hint about targets, never the truth: targets can change without us. It is rewritten only if something
 * besides its times has changed, or if they are more than `REFRESH_HOURS` old.
 */
import * as z from 'zod'
import { digestSchema, Outcome, tagSchema } from '../contract.ts'
import { targetIdSchema } from '../target.ts'

/** An unchanged record is written again after this time, so its times may be this old. */
export const REFRESH_HOURS = 3

const timeSchema = z.iso.datetime()

/** A tag at a target. Unknown keys, of later versions, are dropped. */
export const tagStateSchema = z.object({
  digest: digestSchema,
  /** When the tag got this digest: when we wrote it, or when a run first found it. */
  changed: timeSchema,
  /** When a run last found or put this digest there. */
  verified: timeSchema,
  /** The digest before, if it is known. */
  was: digestSchema.optional(),
  /** We wrote this digest. Absent if the target already had it. */
  written: z.literal(true).optional(),
  /** The image of the deployed list that it was last mirrored for. Absent for a push, or an execution's own list. */
  image: z.string().optional(),
  /** Since when runs find that the list does not want the tag, if prune may delete it. */
  unwanted: timeSchema.optional(),
})
export type TagState = z.infer<typeof tagStateSchema>

/** An image of the list, as written there, at a target. */
export const pairStateSchema = z.object({
  /** The last outcome. */
  outcome: Outcome,
  /** When it was determined, and in which run. */
  at: timeSchema,
  run: z.string(),
  /** When the pair was last in sync or synced. @default - never */
  good: timeSchema.optional(),
  /** Set if the last outcome is `failed` or `deferred`: since when none has been better, and the last error. */
  failing: z
    .object({
      since: timeSchema,
      error: z.object({ name: z.string(), message: z.string(), log: z.string().optional() }).optional(),
    })
    .optional(),
})
export type PairState = z.infer<typeof pairStateSchema>

/** The old image of a tag, under the name that we gave it. */
export const backupStateSchema = z.object({
  /** The tag that was overwritten. */
  tag: tagSchema,
  digest: digestSchema,
  /** When it was overwritten. */
  at: timeSchema,
  /** The image of the deployed list that it belongs to. */
  image: z.string().optional(),
})
export type BackupState = z.infer<typeof backupStateSchema>

export const targetStateSchema = z.object({
  /** Image -> its state. Images that the list no longer has stay, with an old `at`. */
  images: z.record(z.string(), pairStateSchema),
  tags: z.record(tagSchema, tagStateSchema),
  /** Name -> the backup. @default - none */
  backups: z.record(tagSchema, backupStateSchema).optional(),
})
export type TargetState = z.infer<typeof targetStateSchema>

/** `state/<repository>/_state.json` */
export const stateRecordSchema = z.object({
  /** The repository's name at the targets. */
  repository: z.string(),
  targets: z.record(targetIdSchema, targetStateSchema),
})
export type StateRecord = z.infer<typeof stateRecordSchema>
