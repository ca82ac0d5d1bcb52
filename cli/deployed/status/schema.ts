/** The document of `status --json`. text.ts renders it for people. */
import * as z from 'zod'

const timeSchema = z.iso.datetime()

export const statusSchema = z.strictObject({
  mirror: z.strictObject({
    /** The name of its CloudFormation stack. */
    stack: z.string(),
    account: z.string(),
    region: z.string(),
  }),
  /** The latest five runs, the most recent first. */
  runs: z.array(
    z.strictObject({
      /** The name of the run. */
      run: z.string(),
      /** That of the execution, as Step Functions has it, such as `SUCCEEDED`. */
      status: z.string(),
      started: timeSchema,
      /** @default - it has not ended */
      ended: timeSchema.optional(),
    }),
  ),
  counts: z.strictObject({
    /** All pairs of `status.json`. */
    pairs: z.int(),
    /** Pairs that are in sync. */
    good: z.int(),
    /** Pairs that fail or are deferred. */
    failing: z.int(),
  }),
  /** The pair that was verified longest ago. @default - no pair has been in sync */
  oldest: z
    .strictObject({
      image: z.string(),
      target: z.string(),
      /** When it was last in sync. */
      good: timeSchema,
    })
    .optional(),
  /** Pairs that fail or are deferred, those that wait longest first. */
  failing: z.array(
    z.strictObject({
      /** The source as written in the list. */
      image: z.string(),
      /** The target's id. */
      target: z.string(),
      /** `failed` or `deferred`. */
      outcome: z.string(),
      /** When a run first found it not in sync. */
      since: timeSchema,
      /** When it was last in sync. @default - never */
      good: timeSchema.optional(),
      /** @default - unknown */
      error: z.strictObject({ name: z.string(), message: z.string() }).optional(),
    }),
  ),
})
export type Status = z.infer<typeof statusSchema>
