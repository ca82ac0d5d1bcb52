/** The document of `--json` about a run of the deployed mirror. */
import { z } from 'zod'
import { reportSchema } from '../../../mirror/documents.ts'
import { pageKey, reportKey } from '../../../mirror/keys.ts'
import { executionLink, objectLink } from '../../../mirror/list/partitions.ts'
import { type Execution, isRunning } from '../aws/executions.ts'
import type { Deployed } from '../aws/with-mirror.ts'

export const runStateSchema = z.strictObject({
  run: z.string(),
  execution: z.string(),
  status: z.enum(['RUNNING', 'PENDING_REDRIVE', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
  started: z.iso.datetime(),
  /** @default - it is running */
  ended: z.iso.datetime().optional(),
  /** Of a run that failed. */
  error: z.string().optional(),
  cause: z.string().optional(),
  /** Links to the console. */
  links: z.strictObject({ execution: z.string(), page: z.string().optional() }),
  /** @default - it is running, or ended before its report */
  report: reportSchema.optional(),
})
export type RunState = z.infer<typeof runStateSchema>

/** Reads the report of a run that has ended. */
export async function readRunState(execution: Execution, { mirror, documents }: Deployed): Promise<RunState> {
  const { arn, run, status, started, ended, error, cause } = execution
  const store = isRunning(execution) ? undefined : await documents()
  const report = await store?.find(reportKey(run), reportSchema)
  return {
    run,
    execution: arn,
    status,
    started: started.toISOString(),
    ...(ended === undefined ? {} : { ended: ended.toISOString() }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    links: {
      execution: executionLink(arn),
      ...(store === undefined || report === undefined
        ? {}
        : { page: objectLink({ bucket: store.bucket, key: pageKey(run) }, mirror.region) }),
    },
    ...(report === undefined ? {} : { report }),
  }
}
