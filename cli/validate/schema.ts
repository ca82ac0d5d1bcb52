/** The document of `validate --json`. */
import * as z from 'zod'
import { mistakeSchema } from '../program/error-document.ts'

export const validationSchema = z.strictObject({
  /** The list, as it was given. */
  file: z.string(),
  /** Whether the list has no mistakes. */
  valid: z.boolean(),
  /** All mistakes, in the order of the file. */
  problems: z.array(mistakeSchema),
  /** What is valid and probably not meant. @default - nothing, or the list is not valid */
  warnings: z.array(z.string()).optional(),
})
export type Validation = z.infer<typeof validationSchema>
