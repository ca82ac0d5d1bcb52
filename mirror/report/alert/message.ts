/** Schema of an alert as Report drafts it and the workflow sends it. */
import * as z from 'zod'

/** Message attributes, on which subscribers can filter. SNS takes arrays as JSON text. */
const attributesSchema = z.strictObject({
  kind: z.enum(['failed', 'digest', 'recovered']),
  /** The outcome of the run. */
  outcome: z.enum(['failed', 'succeeded']),
  images: z.string(),
  targets: z.string(),
  /** The schedule of the run, or `none`. */
  schedule: z.string(),
})
export type Attributes = z.infer<typeof attributesSchema>

export const alertSchema = z.strictObject({
  subject: z.string().max(100),
  message: z.string(),
  attributes: attributesSchema,
  /** The same message for Amazon Q Developer in chat applications, as JSON. */
  chat: z.string(),
})
export type Alert = z.infer<typeof alertSchema>
