/** The document of `tags --json`. */
import * as z from 'zod'
import { selectionSchema } from '../../mirror/resolve/select/stages.ts'

export const tagsDocumentSchema = z.strictObject({
  /** The repository with its registry, such as `docker.io/library/redis`. */
  repository: z.string(),
  /** How the tags were selected. */
  selection: selectionSchema,
  /** The selected tags that the repository has. */
  tags: z.array(z.string()),
  /** Exact tags of `--include` that the repository lacks. */
  missing: z.array(z.string()),
})
export type TagsDocument = z.infer<typeof tagsDocumentSchema>
