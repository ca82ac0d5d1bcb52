/** Report: determines the outcome of every planned pair, and writes the run's report, its page and the alert. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import { type Pointer, type ReportInput, type ReportOutput, reportInputSchema } from '../mirror/contract.ts'
import type { PairReport } from '../mirror/documents.ts'
import { reportEnvSchema } from '../mirror/environment.ts'
import { pageKey, reportKey, rerunKey } from '../mirror/keys.ts'
import type { Only } from '../mirror/plan/narrow.ts'
import type { PrunedTag } from '../mirror/prune/documents.ts'
import { draftAlert } from '../mirror/report/alert.ts'
import { draftPage, type PageContext, type PageDraft } from '../mirror/report/page/page.ts'
import { reportText, startTally } from '../mirror/report/report.ts'
import { isTooLongForCommand, rerunPairs } from '../mirror/report/rerun.ts'
import { openWorkBucket } from '../store/work-bucket.ts'
import { beforeTimeout, checkedInput, createLogger, shortErrors } from './middleware.ts'
import { createMetrics, type RunMeter, startMeter } from './run-meter.ts'
import { readNotices, readPruned } from './run-remarks.ts'
import { type ResultReader, readImages } from './run-results.ts'
import { stateKeeper } from './state-keeper.ts'

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
  const page = draftPage(input)
  const failed: Only = []
  async function* images(): AsyncGenerator<readonly PairReport[]> {
    for await (const pairs of readImages(input, reader, stateKeeper(run, reader))) {
      tally.add(pairs)
      draft.add(pairs)
      page.add(pairs)
      for (const pair of pairs) meter.add(pair)
      failed.push(...rerunPairs(pairs))
      yield pairs
    }
  }
  async function* pruned(): AsyncGenerator<PrunedTag> {
    for await (const tag of readPruned(run, reader)) {
      page.addPruned(tag)
      yield tag
    }
  }
  const notices = await readNotices(run, reader)
  await reader.store.writePieces(key, reportText(run, images(), tally.counts, { notices, pruned: pruned() }))
  const counts = tally.counts()
  await meter.end(counts)
  const only = isTooLongForCommand(failed) ? await keepForRerun(failed, input, reader) : failed
  const reportUrl = urlOf({ bucket, key })
  const context = { ...input, counts, only, reportUrl, notices }
  return {
    counts,
    report: { bucket, key, count: counts.pairs },
    failed: counts.failed > 0,
    alert: draft.finish({ ...context, page: await writePage(page, context, reader) }),
  }
}

/** Returns where the page is. Its failure must not prevent the report. */
async function writePage(
  page: PageDraft,
  context: Omit<PageContext, 'now'> & Pick<ReportInput, 'run'>,
  { store, onOddity }: ResultReader,
): Promise<Pointer | undefined> {
  try {
    return await store.writePage(pageKey(context.run.name), page.finish({ ...context, now: new Date() }))
  } catch (error) {
    onOddity('failed to write the page of the report', { error })
    return undefined
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
