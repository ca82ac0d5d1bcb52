/** The document of `subscribe --json`. */
import * as z from 'zod'

export const subscriptionSchema = z.strictObject({
  /** The ARN of the topic of alerts. */
  topic: z.string(),
  /** How alerts are sent, which the form of the address decides. */
  protocol: z.enum(['email', 'https', 'sqs', 'lambda']),
  /** The address of the subscriber. */
  address: z.string(),
  /** The ARN of the subscription. @default - it waits for the confirmation */
  subscription: z.string().optional(),
  /** `pending`: no alerts are sent until the receiver has confirmed. */
  status: z.enum(['confirmed', 'pending']),
})
export type Subscription = z.infer<typeof subscriptionSchema>
