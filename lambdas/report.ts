/** Report: one outcome for every planned pair, the report of the run, and the alert for when a pair failed. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import { makeAlert } from '../mirror/alert.ts'
import {
  type Pointer,
  type ReportInput,
  type ReportOutput,
  reportEnvSchema,
  reportInputSchema,
} from '../mirror/contract.ts'
import { type PairReport, planSchema } from '../mirror/documents.ts'
import { planKey, reportKey, rerunKey } from '../mirror/keys.ts'
import { pairOutcomes } from '../mirror/outcomes.ts'
import { makeReport } from '../mirror/report.ts'
import { isTooLongForCommand, rerunPairs } from '../mirror/rerun.ts'
import { openWorkBucket } from '../store/work-bucket.ts'
import { beforeTimeout, checkedInput, createLogger, shortErrors } from './middleware.ts'
import { type ResultReader, readDetails, readEnds } from './run-results.ts'

export async function report(input: ReportInput, reader: ResultReader): Promise<ReportOutput> {
  const { run } = input
  const items = await reader.store.readJson(planKey(run.name), planSchema)
  const outcomes = pairOutcomes(items, await readEnds(input, reader))
  const document = makeReport(run, items, await readDetails(outcomes, run, reader))
  const written = await reader.store.writeJson(reportKey(run.name), document, document.pairs.length)
  const failed = document.pairs.filter(({ outcome }) => outcome === 'failed')
  const rerunUrl = await keepForRerun(failed, input, reader)
  return {
    counts: document.counts,
    report: written,
    failed: failed.length > 0,
    alert: makeAlert(document, { ...input, reportUrl: urlOf(written), ...(rerunUrl && { rerunUrl }) }),
  }
}

/** Too many pairs for a command line are left where a rerun finds them. */
async function keepForRerun(failed: readonly PairReport[], { run }: ReportInput, { store }: ResultReader) {
  const only = rerunPairs(failed)
  if (!isTooLongForCommand(only)) return undefined
  return urlOf(await store.writeJson(rerunKey(run.name), only, only.length))
}

function urlOf({ bucket, key }: Pointer): string {
  return `s3://${bucket}/${key}`
}

const env = reportEnvSchema.parse(process.env)
const logger = createLogger()
const reader: ResultReader = {
  store: openWorkBucket(env.WORK_BUCKET),
  onOddity: (what, details) => logger.warn(what, details),
}

export const handler = middy(async (input: ReportInput) => {
  const output = await report(input, reader)
  logger.info('reported', output.counts)
  return output
}, beforeTimeout)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(checkedInput(reportInputSchema, logger, ({ run }) => ({ run: run.name })))
  .use(shortErrors(logger))
