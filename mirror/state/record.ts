/**
 * Schema of the record of a repository: which tags its targets have, and which of them are ours. It outlives runs, as
 * `state/<repository>/_state.json`; docs/decisions.md has the arithmetic. Report merges what its run found into it
 * (merge.ts), except in dry runs, and Prune deletes by it. What the page and the alerts show is in `status/status.json`
 * (mirror/status/schema.ts).
 *
 * A record is a hint about targets, never the truth: targets can change without us. It is rewritten only if something
 * besides its times has changed, or if they are more than `REFRESH_HOURS` old.
 */
import * as z from 'zod'
import { digestSchema, tagSchema } from '../contract.ts'
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
  /** When a run first found that the list no longer wants the tag. Absent if prune may not delete it. */
  unwanted: timeSchema.optional(),
})
export type TagState = z.infer<typeof tagStateSchema>

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
