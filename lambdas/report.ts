/** Report: determines the outcome of every planned pair, and writes the run's report and the alert. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import { type Pointer, type ReportInput, type ReportOutput, reportInputSchema } from '../mirror/contract.ts'
import type { PairReport } from '../mirror/documents.ts'
import { reportEnvSchema } from '../mirror/environment.ts'
import { reportKey, rerunKey } from '../mirror/keys.ts'
import type { Only } from '../mirror/plan/narrow.ts'
import { draftAlert } from '../mirror/report/alert.ts'
import { reportText, startTally } from '../mirror/report/report.ts'
import { isTooLongForCommand, rerunPairs } from '../mirror/report/rerun.ts'
import { openWorkBucket } from '../store/work-bucket.ts'
import { beforeTimeout, checkedInput, createLogger, shortErrors } from './middleware.ts'
import { createMetrics, type RunMeter, startMeter } from './run-meter.ts'
import { type ResultReader, readImages } from './run-results.ts'

export async function report(
  input: ReportInput,
  reader: ResultReader,
  meter: RunMeter,
): Promise<ReportOutput> {
  const { run } = input
  const { bucket } = reader.store
  const key = reportKey(run.name)
  const tally = startTally(run)
  const draft = draftAlert()
  const failed: Only = []
  async function* images(): AsyncGenerator<readonly PairReport[]> {
    for await (const pairs of readImages(input, reader)) {
      tally.add(pairs)
      draft.add(pairs)
      for (const pair of pairs) meter.add(pair)
      failed.push(...rerunPairs(pairs))
      yield pairs
    }
  }
  await reader.store.writePieces(key, reportText(run, images(), tally.counts))
  const counts = tally.counts()
  await meter.end(counts)
  const only = isTooLongForCommand(failed) ? await keepForRerun(failed, input, reader) : failed
  return {
    counts,
    report: { bucket, key, count: counts.pairs },
    failed: counts.failed > 0,
    alert: draft.finish({ ...input, counts, only, reportUrl: urlOf({ bucket, key }) }),
  }
}

/** Stores failed pairs that are too many for a command line. */
async function keepForRerun(only: Only, { run }: ReportInput, { store }: ResultReader): Promise<string> {
  return urlOf(await store.writeJson(rerunKey(run.name), only, only.length))
}

function urlOf({ bucket, key }: Pick<Pointer, 'bucket' | 'key'>): string {
  return `s3://${bucket}/${key}`
}

const env = reportEnvSchema.parse(process.env)
const logger = createLogger()
const metrics = createMetrics()
const reader: ResultReader = {
  store: openWorkBucket(env.WORK_BUCKET),
  onOddity: (what, details) => logger.warn(what, details),
}

export const handler = middy(async (input: ReportInput) => {
  const output = await report(input, reader, startMeter(input, metrics, reader))
  logger.info('reported', output.counts)
  return output
}, beforeTimeout)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(checkedInput(reportInputSchema, logger, ({ run }) => ({ run: run.name })))
  .use(shortErrors(logger))
