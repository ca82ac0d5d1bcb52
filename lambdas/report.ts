/**
 * Report: determines the outcome of every planned pair, writes the run's report and its page, updates the state of the
 * mirror, and drafts the alert.
 */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import * as z from 'zod'
import {
  type Counts,
  type Pointer,
  type RefusalInput,
  type ReportInput,
  type ReportOutput,
  type Run,
  refusalInputSchema,
  reportInputSchema,
} from '../mirror/contract.ts'
import { type ListNotes, listNotesSchema, type PairReport } from '../mirror/documents.ts'
import { reportEnvSchema } from '../mirror/environment.ts'
import { listNotesKey, pageKey, reportKey, rerunKey } from '../mirror/keys.ts'
import type { Only } from '../mirror/plan/narrow.ts'
import type { PrunedTag } from '../mirror/prune/documents.ts'
import { draftAlert } from '../mirror/report/alert/alert.ts'
import { rerunPairs } from '../mirror/report/alert/rerun.ts'
import { problemsOfList } from '../mirror/report/list-problems.ts'
import { draftPage, type PageContext, type PageDraft } from '../mirror/report/page/page.ts'
import { reportText, startTally } from '../mirror/report/report.ts'
import { lostNotices } from '../mirror/state/lost.ts'
import { startHistory } from '../mirror/status/history.ts'
import { allNew } from '../mirror/status/news.ts'
import { failedIn, type Seen, startSeen } from '../mirror/status/seen.ts'
import type { RunOfMirror } from '../mirror/status/status.ts'
import { allNews, fingerprintOf, type TroubleNews } from '../mirror/status/trouble.ts'
import { openWorkBucket } from '../store/work-bucket.ts'
import { inputOf } from './executions.ts'
import { findStatus, type Kept, type Known, keepStatus } from './keep-status.ts'
import { keepTrouble } from './keep-trouble.ts'
import { beforeTimeout, checkedInput, createLogger, shortErrors } from './middleware.ts'
import { reportRefusal } from './report-refusal.ts'
import { createMetrics, type RunMeter, startMeter } from './run-meter.ts'
import { readNotices, readPruned } from './run-remarks.ts'
import { type ResultReader, readImages } from './run-results.ts'
import { stateKeeper } from './state-keeper.ts'

interface Services {
  readonly reader: ResultReader
  readonly meter: RunMeter
  /** The name of the mirror. */
  readonly mirror: string
  readonly now: Date
}

export async function report(input: ReportInput, services: Services): Promise<ReportOutput> {
  const { reader, meter, mirror, now } = services
  const { run } = input
  const { bucket } = reader.store
  const key = reportKey(run.name)
  const known = await findStatus(reader)
  const tally = startTally(run)
  const draft = draftAlert()
  const page = draftPage(input, startHistory(known?.status))
  const only: Only = []
  const seen = startSeen()
  const state = stateKeeper(run, reader, now)
  async function* images(): AsyncGenerator<readonly PairReport[]> {
    for await (const pairs of readImages(input, reader, state.keep)) {
      tally.add(pairs)
      draft.add(pairs)
      page.add(pairs)
      seen.add(pairs)
      for (const pair of pairs) meter.add(pair)
      only.push(...rerunPairs(pairs))
      yield pairs
    }
  }
  async function* pruned(): AsyncGenerator<PrunedTag> {
    for await (const tag of readPruned(run, reader)) {
      page.addPruned(tag)
      yield tag
    }
  }
  const notes = await findNotes(run, reader)
  const listProblems = problemsOfList(notes)
  const planned = await readNotices(run, reader)
  const notices = () => [...planned, ...lostNotices(state.lost())]
  const remarks = { counts: tally.counts, notes, notices, pruned: pruned() }
  await reader.store.writePieces(key, reportText(run, images(), remarks))
  const counts = tally.counts()
  await meter.end(counts)
  const reportUrl = urlOf({ bucket, key })
  const rerun = only.length === 0 ? '' : await keepForRerun(only, input, reader)
  const context = { ...input, counts, only: rerun, reportUrl, listProblems, notices: notices(), now, mirror }
  const written = await writePage(page, context, reader)
  const [, , , region = '', account = ''] = input.stateMachine.split(':')
  // Last, because it marks failures as reported.
  const kept = await updateStatus(seen.images, { run, mirror, account, region, now }, reader, known)
  const listNews = await newsOfList(listProblems, run, reader, now)
  const alert = draft.finish({ ...context, news: kept.news, listNews, status: kept.page, page: written })
  return {
    counts,
    report: { bucket, key, count: counts.pairs },
    failed: counts.failed > 0 || listProblems.length > 0,
    cause: causeOf(counts, listProblems, run),
    ...(alert === undefined ? {} : { alert }),
  }
}

function causeOf({ failed, pairs }: Counts, listProblems: readonly string[], { name }: Run): string {
  const list = listProblems.length > 0 ? 'the list has problems; ' : ''
  return `${list}${failed} of ${pairs} pairs failed (run ${name})`
}

/** A dry run changes nothing. Without a state, every failure is reported as new. */
async function updateStatus(
  seen: Seen,
  ofMirror: RunOfMirror,
  reader: ResultReader,
  known: Known | undefined,
): Promise<Kept> {
  try {
    if (!ofMirror.run.dryRun) return await keepStatus(seen, ofMirror, reader, known)
  } catch (error) {
    reader.onOddity('failed to write the state of the mirror', { error })
  }
  return { news: allNew(failedIn(seen), ofMirror.now) }
}

/** Other runs change nothing: they use a list of their own, or were left to an earlier run before they read the list. */
async function newsOfList(
  problems: readonly string[],
  run: Run,
  reader: ResultReader,
  now: Date,
): Promise<TroubleNews> {
  const what = problems.length === 0 ? undefined : fingerprintOf(problems.join('\n'))
  if (!run.dryRun && run.list === undefined && run.leftTo === undefined) {
    return keepTrouble(what, run, reader, now)
  }
  return what === undefined ? { kind: undefined, since: now.toISOString() } : allNews(now)
}

/** Returns where the page is. Its failure must not prevent the report. */
async function writePage(
  page: PageDraft,
  context: PageContext & Pick<ReportInput, 'run'>,
  { store, onOddity }: ResultReader,
): Promise<Pointer | undefined> {
  try {
    return await store.writePage(pageKey(context.run.name), page.finish(context))
  } catch (error) {
    onOddity('failed to write the page of the report', { error })
    return undefined
  }
}

/** Returns Plan's notes on the list, if it has any. */
async function findNotes(
  { name, hasNotes }: ReportInput['run'],
  { store }: ResultReader,
): Promise<ListNotes | undefined> {
  return hasNotes ? store.readJson(listNotesKey(name), listNotesSchema) : undefined
}

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

export const handler = middy(async (input: ReportInput | RefusalInput) => {
  const now = new Date()
  if ('caught' in input) {
    const readInput = (execution: string) => inputOf(execution, reader.onOddity)
    const output = await reportRefusal(input, { reader, readInput, mirror: env.MIRROR_NAME, now })
    logger.info('reported a run without a plan', { alert: output.alert?.attributes.kind ?? 'none' })
    return output
  }
  const byTarget = env.METRICS_BY_TARGET === 'true'
  const meter = startMeter(input, metrics, reader, { now, byTarget })
  const output = await report(input, { reader, meter, mirror: env.MIRROR_NAME, now })
  logger.info('reported', { ...output.counts, alert: output.alert?.attributes.kind ?? 'none' })
  return output
}, beforeTimeout)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(
    checkedInput(z.union([refusalInputSchema, reportInputSchema]), logger, ({ run }) => ({
      run: typeof run === 'string' ? run : run.name,
    })),
  )
  .use(shortErrors(logger))
