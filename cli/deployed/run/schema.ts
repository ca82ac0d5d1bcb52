/** The document of `--json` about a run of the deployed mirror. text.ts renders it for people. */
import * as z from 'zod'
import { reportSchema } from '../../../mirror/documents.ts'

export const runStateSchema = z.strictObject({
  /** The name of the run. */
  run: z.string(),
  /** The ARN of its execution. */
  execution: z.string(),
  /** That of the execution, as Step Functions has it. */
  status: z.enum(['RUNNING', 'PENDING_REDRIVE', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
  started: z.iso.datetime(),
  /** @default - it has not ended */
  ended: z.iso.datetime().optional(),
  /** The name of the error with which it failed. @default - it did not fail */
  error: z.string().optional(),
  /** Why it failed. @default - it did not fail, or Step Functions reports no cause */
  cause: z.string().optional(),
  /** Links to the AWS console. */
  links: z.strictObject({
    /** The execution. */
    execution: z.string(),
    /** The page of the report. @default - there is no report */
    page: z.string().optional(),
  }),
  /** The report of the run. @default - it has not ended, or it ended before its report */
  report: reportSchema.optional(),
})
export type RunState = z.infer<typeof runStateSchema>
