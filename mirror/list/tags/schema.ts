/** Schema of `tags`: which tags of a source are mirrored. docs/selection.md explains how the keys work together. */
import * as z from 'zod'

/** `7.4` matches only that tag; `/^7\.\d+$/` is a regular expression (RE2 syntax), matched anywhere in the tag. */
export const tagPatternSchema = z.string().min(1)

const oneOrMore = (schema: z.ZodString) => z.union([schema, z.array(schema).min(1)])

export const tagsSchema = z
  .strictObject({
    include: z
      .array(tagPatternSchema)
      .min(1)
      .optional()
      .describe(
        'Tags to mirror: exact tags (`7.4`) or regular expressions (`/^7\\./`, RE2 syntax). Default: the tag of `source`, or `latest`; all tags if another key selects.',
      ),
    semver: oneOrMore(z.string().max(256))
      .optional()
      .describe(
        'Only tags whose version is in this range (`>=1.2 <3`, the syntax of npm), or in any of several ranges. Prereleases only where the range names one. Default: any version.',
      ),
    variant: oneOrMore(z.string().min(1).max(128))
      .optional()
      .describe(
        'Only versions with this suffix: `alpine` selects `3.20.1-alpine`. May also be a regular expression between slashes, or a list of both. Default: versions without a suffix.',
      ),
    exclude: z
      .array(tagPatternSchema)
      .min(1)
      .optional()
      .describe('Tags to leave out, written as in `include`. Default: none.'),
    latest: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .describe(
        'Number of newest tags to mirror, per variant. Exact tags of `include` do not count. Default: all.',
      ),
    by: z
      .enum(['version', 'date', 'name'])
      .optional()
      .describe(
        'The order for `latest`: `version`, the creation `date` of the image, or `name`, which compares numbers by value. Default: version.',
      ),
    min: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('Minimum number of selected tags. With fewer, the image fails. Default: 1.'),
    immutable: z
      .array(tagPatternSchema)
      .min(1)
      .optional()
      .describe(
        'Tags that never move at the source, written as in `include`. Once mirrored, they are not requested from the source again. Default: none.',
      ),
    missingOnly: z
      .boolean()
      .optional()
      .describe(
        'Whether to leave tags that a target already has as they are, whatever their digest. Default: false.',
      ),
  })
  .meta({ id: 'Tags' })
export type Tags = z.infer<typeof tagsSchema>

/** Whether the keys select tags; `immutable` and `missingOnly` alone do not. */
export function selectsTags({ immutable: _, missingOnly: __, ...selecting }: Tags): boolean {
  return Object.values(selecting).some((value) => value !== undefined)
}
