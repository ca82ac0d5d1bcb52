/** The document of `init --json`. */
import * as z from 'zod'

export const initSchema = z.strictObject({
  /** The folder of the app, as it was given. */
  folder: z.string(),
  /** The names of the files that were written to it. */
  files: z.array(z.string()),
})
export type InitDocument = z.infer<typeof initSchema>
