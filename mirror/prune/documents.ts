/** Schemas of pruning: the messages of its state, and its documents under `runs/<run>/`. */
import * as z from 'zod'
import { digestSchema, pointerSchema, runSchema, tagSchema } from '../contract.ts'
import { pruneRulesSchema } from '../list/time/prune.ts'
import { targetIdSchema, targetSchema } from '../target.ts'

/** The input of the function Prune: the run, and its places to prune. */
export const pruneInputSchema = z.object({ run: runSchema, prune: pointerSchema })
export type PruneInput = z.infer<typeof pruneInputSchema>

/** How many tags were, or in a dry run would be, deleted, and how many were not. */
export const pruneOutputSchema = z.strictObject({ deleted: z.int(), refused: z.int(), waiting: z.int() })
export type PruneOutput = z.infer<typeof pruneOutputSchema>

/** An entry of the deployed list that writes, or wrote, to a repository. */
export const prunedEntrySchema = z.strictObject({
  /** The image as written in the list. */
  image: z.string(),
  /** Its item in this run. @default - this run does not mirror it */
  id: z.string().optional(),
  /** @default - nothing may be deleted for it */
  rules: pruneRulesSchema.optional(),
  /** Its last day is over. `prune`: its tags are deleted. @default - it is mirrored */
  expired: z.enum(['keep', 'prune']).optional(),
  /** All tags that it can write, where this is known without its source. @default - only Resolve knows */
  wanted: z.array(tagSchema).optional(),
  /** Number of backups of each tag to keep. @default - all */
  backups: z.int().min(1).optional(),
})
export type PrunedEntry = z.infer<typeof prunedEntrySchema>

/** Targets whose repository of this name belongs to the same entries: an element of `runs/<run>/prune.json`. */
export const prunedPlaceSchema = z.strictObject({
  /** The name at the targets. */
  repository: z.string(),
  targets: z.array(targetSchema).min(1),
  entries: z.array(prunedEntrySchema).min(1),
})
export type PrunedPlace = z.infer<typeof prunedPlaceSchema>

/** Why the list does not want a tag. `backup`: it has newer backups of the same tag. */
export const reasonSchema = z.enum(['gone', 'unselected', 'removed', 'expired', 'backup'])
export type Reason = z.infer<typeof reasonSchema>

/** What was done with an unwanted tag: an element of `runs/<run>/pruned.json`, and of the report's `pruned`. */
export const prunedTagSchema = z.strictObject({
  /** The target's id. */
  target: targetIdSchema,
  /** The name of the repository at the target. */
  repository: z.string(),
  tag: tagSchema,
  digest: digestSchema,
  /** Why the list does not want it. `backup`: there are newer backups of the same tag. */
  reason: reasonSchema,
  /** When a run first found it unwanted. */
  since: z.iso.datetime(),
  /**
   * `waits`: until its days are over. `held`: more are due than may be deleted at once. `changed`: the target has
   * another digest, which is not ours. `refused`: by the registry.
   */
  status: z.enum(['deleted', 'wouldDelete', 'waits', 'held', 'changed', 'refused']),
  /** When it may be deleted, of one that waits; why not, of one that is held or refused. @default - nothing to add */
  note: z.string().optional(),
})
export type PrunedTag = z.infer<typeof prunedTagSchema>
