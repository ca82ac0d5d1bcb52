/** The document of `--json` of a command that ends without its result. */
import * as z from 'zod'

/** A mistake of a list or an input, as in the document of `validate`. */
export const mistakeSchema = z.strictObject({
  /** The line of the file. @default - the mistake has no line, as in a list that was made from several */
  line: z.int().optional(),
  /** The place in the list, such as `images[2].tags`; empty for the list itself. */
  key: z.string(),
  /** What is wrong, and what to write instead. */
  message: z.string(),
})

export const errorDocumentSchema = z.strictObject({
  /** Why there is no result. */
  error: z.strictObject({
    /** A constant, such as `InvalidInput` or `AwsProblem`. */
    name: z.string(),
    /** The sentence that standard error has. */
    message: z.string(),
    /** All mistakes of an invalid list or input. @default - the error is another one */
    problems: z.array(mistakeSchema).optional(),
  }),
})
export type ErrorDocument = z.infer<typeof errorDocumentSchema>
export type Mistake = z.infer<typeof mistakeSchema>
