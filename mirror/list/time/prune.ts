/** `prune`: which tags that we mirrored are deleted at the targets, once the list or the source does not have them. */
import * as z from 'zod'
import { tagPatternSchema } from '../tags/schema.ts'

export const pruneRulesSchema = z
  .strictObject({
    gone: z
      .boolean()
      .default(true)
      .describe('Whether to delete tags that the source no longer has. Default: true.'),
    unselected: z
      .boolean()
      .default(false)
      .describe(
        'Whether to delete tags that the source has, but the entry no longer selects, such as those that fall out of `latest`. Default: false.',
      ),
    removed: z
      .boolean()
      .default(false)
      .describe(
        'Whether to delete tags of entries that the list no longer has, if others for the repository remain. All of these must allow it. Default: false.',
      ),
    keep: z
      .array(tagPatternSchema)
      .min(1)
      .optional()
      .describe('Tags never to delete, written as in `tags.include`. Default: none.'),
    days: z
      .int()
      .min(1)
      .max(365)
      .default(7)
      .describe(
        'Number of days between the first run that finds a tag unwanted and its deletion. Default: 7.',
      ),
    share: z
      .int()
      .min(1)
      .max(100)
      .default(20)
      .describe(
        'Percentage of the tags mirrored to a repository that one run may delete; if more are due, it deletes none. Five are always allowed. Default: 20.',
      ),
  })
  .meta({ id: 'Prune' })
export type PruneRules = z.infer<typeof pruneRulesSchema>

export const pruneSchema = z
  .union([z.boolean(), pruneRulesSchema])
  .optional()
  .describe(
    'Whether to delete mirrored tags that the source no longer has (`true`), or the rules for deleting tags. Default: false.',
  )

/** The rules of an entry; undefined if it deletes nothing. */
export function pruneRulesOf(given: z.infer<typeof pruneSchema>): PruneRules | undefined {
  if (given === true) return pruneRulesSchema.parse({})
  return given === false ? undefined : given
}
