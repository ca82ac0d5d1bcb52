/** Reads what is known of a run of the deployed mirror. */
import { reportSchema } from '../../../mirror/documents.ts'
import { pageKey, reportKey } from '../../../mirror/keys.ts'
import { executionLink, objectLink } from '../../../mirror/list/partitions.ts'
import { type Execution, isRunning } from '../aws/executions.ts'
import type { Deployed } from '../aws/with-mirror.ts'
import type { RunState } from './schema.ts'

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
