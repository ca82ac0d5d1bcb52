/** Plan: turns the trigger and the list into one item per image, stored where the Map reads them. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { type ExecutionInput, type PlanInput, type PlanOutput, planInputSchema } from '../mirror/contract.ts'
import { planEnvSchema } from '../mirror/environment.ts'
import {
  listKey,
  noticesKey,
  planKey,
  pruneKey,
  pushKey,
  pushOfKey,
  pushPrefix,
  resultsPrefix,
  turnKey,
} from '../mirror/keys.ts'
import type { List } from '../mirror/list/config.ts'
import { parseList, storedList } from '../mirror/list/parse-list.ts'
import { noticesOf } from '../mirror/plan/notices.ts'
import { identifiedEntries, planItems } from '../mirror/plan/plan.ts'
import { storedPush } from '../mirror/plan/pushed.ts'
import {
  INPUT,
  listOfPush,
  listOfRun,
  type NotePush,
  pairsOfRun,
  parseInput,
} from '../mirror/plan/run-list.ts'
import { settlePushes } from '../mirror/plan/settle-pushes.ts'
import { type Turns, takeTurn, turnSchema } from '../mirror/plan/turn.ts'
import { prunedPlaces } from '../mirror/prune/plan.ts'
import { openWorkBucket, type WorkBucket } from '../store/work-bucket.ts'
import { isRunning } from './executions.ts'
import { beforeTimeout, checkedInput, createLogger, shortErrors } from './middleware.ts'

/** A refusal lists all problems and occurs once per run, so it may be longer than a pair's error. */
const MAX_REFUSAL = 10_000

export interface PlanDependencies {
  readonly store: WorkBucket
  /** S3 URL of the deployed list. */
  readonly listUrl: string
  /** This account. */
  readonly account?: string | undefined
  readonly isRunning: Turns['isRunning']
  /** Milliseconds since the epoch. @default - the machine's clock */
  readonly now?: () => number
}

export async function plan(
  { run, execution, input: given }: PlanInput,
  { store, listUrl, account, isRunning, now = Date.now }: PlanDependencies,
): Promise<PlanOutput> {
  const input = parseInput(given)
  const configured = parseList(await store.readText(listUrl), listUrl)
  const deployed = { list: configured, account }
  const { list, custom, pushed } =
    input.push === undefined
      ? await listOfRun(input, deployed, store.readText)
      : await listOfPush(input.push, deployed, noteIn(store, input, now))
  const only = await pairsOfRun(input, store.readText)
  const { regions, targets, schedule } = input
  const today = new Date(now())
  const items =
    list === undefined
      ? []
      : planItems({ regions, targets, schedule, only, list, pushed, account, file: INPUT, now: today })
  const leftTo = await earlierRun(input, execution, { store, isRunning })
  if (leftTo !== undefined) return nothing(run, leftTo, store)
  const entries = list === undefined ? [] : identifiedEntries(list)
  const notices = noticesOf(entries, today)
  if (notices.length > 0) await store.writeJson(noticesKey(run), notices, notices.length)
  const places = isWholeList(input) ? prunedPlaces(entries, items, today) : []
  return {
    run: {
      name: run,
      dryRun: input.dryRun ?? false,
      ...(custom && list ? await keep(list, run, store) : {}),
      ...wholeSchedule(input),
      ...(isWhole(input) ? { whole: true } : {}),
      ...(configured.alerts?.repeat === undefined ? {} : { repeat: configured.alerts.repeat }),
    },
    items: await store.writeJson(planKey(run), items, items.length),
    resultsPrefix: resultsPrefix(run),
    prune: await store.writeJson(pruneKey(run), places, places.length),
  }
}

/** What a run of the whole deployed list, or of a schedule of it, may be started with. */
const OF_WHOLE_LIST = ['schedule', 'due', 'dryRun']

/** Only a run of the deployed list knows what the list does not want. */
function isWholeList(input: ExecutionInput): boolean {
  return Object.entries(input).every(([key, value]) => value === undefined || OF_WHOLE_LIST.includes(key))
}

/** Returns the earlier run that is still mirroring the images of this schedule. */
async function earlierRun(
  input: ExecutionInput,
  execution: string,
  { store, isRunning }: Pick<PlanDependencies, 'store' | 'isRunning'>,
): Promise<string | undefined> {
  const { schedule } = wholeSchedule(input)
  if (schedule === undefined) return undefined
  const key = turnKey(schedule)
  return takeTurn(
    { execution, due: input.due !== undefined },
    {
      last: () => store.findJson(key, turnSchema),
      isRunning,
      take: async (turn) => void (await store.writeJson(key, turn)),
    },
  )
}

async function nothing(run: string, leftTo: string, store: WorkBucket): Promise<PlanOutput> {
  const items = await store.writeJson(planKey(run), [], 0)
  const prune = await store.writeJson(pruneKey(run), [], 0)
  return { run: { name: run, dryRun: false, leftTo }, items, resultsPrefix: resultsPrefix(run), prune }
}

/**
 * Writes each push under its own key before reading the others, so that at least one of two concurrent runs sees both.
 */
function noteIn(store: WorkBucket, { dryRun }: ExecutionInput, now: () => number): NotePush {
  return async (push) => {
    const { repository, tag } = push
    const latest = storedPush(push, now())
    if (!dryRun) await store.writeJson(pushKey(repository, tag, latest), latest)
    const keys = await store.listKeys(pushPrefix(repository, tag))
    return settlePushes(keys.map(pushOfKey), latest)
  }
}

/** A run that skips or does not verify pairs cannot report the freshness of the whole schedule. */
function wholeSchedule(input: ExecutionInput): { schedule?: string } {
  const { schedule, regions, targets, only, dryRun } = input
  return schedule === undefined || regions || targets || only || dryRun ? {} : { schedule }
}

/** Whether the input is `{}`. */
function isWhole(input: ExecutionInput): boolean {
  return Object.values(input).every((value) => value === undefined || value === false)
}

/** Stores a custom list, for a rerun of failed pairs. */
async function keep(list: List, run: string, store: WorkBucket): Promise<{ list: string }> {
  const { bucket, key } = await store.writeJson(listKey(run), storedList(list))
  return { list: `s3://${bucket}/${key}` }
}

const env = planEnvSchema.parse(process.env)
const logger = createLogger()
const store = openWorkBucket(env.WORK_BUCKET)

export const handler = middy(async (input: PlanInput, context: Context) => {
  // arn:aws:lambda:<region>:<account>:function:<name>
  const account = context.invokedFunctionArn?.split(':')[4]
  const output = await plan(input, {
    store,
    listUrl: env.LIST_URL,
    account,
    isRunning: (execution) => isRunning(execution, (what, details) => logger.warn(what, details)),
  })
  const { dryRun, leftTo } = output.run
  logger.info('planned', { images: output.items.count, dryRun, leftTo })
  return output
}, beforeTimeout)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(checkedInput(planInputSchema, logger, ({ run }) => ({ run })))
  .use(shortErrors(logger, MAX_REFUSAL))
