/** Plan: turns the trigger and the list into one item per image, stored where the Map reads them. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { type PlanInput, type PlanOutput, planInputSchema } from '../mirror/contract.ts'
import type { ListNotes } from '../mirror/documents.ts'
import { planEnvSchema } from '../mirror/environment.ts'
import type { ExecutionInput } from '../mirror/execution-input.ts'
import {
  GOOD_LISTS_KEY,
  listKey,
  listNotesKey,
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
import { schedulesOf } from '../mirror/list/elsewhere/bounds.ts'
import type { ReadPlace } from '../mirror/list/elsewhere/fetched.ts'
import { expandNamespaces, type ListRepositories } from '../mirror/list/namespaces/expand.ts'
import { parseList, storedList } from '../mirror/list/parse-list.ts'
import { goodListsSchema, type ListReader, readWhole } from '../mirror/plan/elsewhere.ts'
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
import { listRepositories } from '../registry/ecr/ecr-namespace.ts'
import { openPlaces } from '../store/lists/read-place.ts'
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
  readonly readPlace: ReadPlace
  readonly listRepositories: ListRepositories
  /** Milliseconds since the epoch. @default - the machine's clock */
  readonly now?: () => number
}

export async function plan(
  { run, execution, input: given }: PlanInput,
  { store, listUrl, account, isRunning, readPlace, listRepositories, now = Date.now }: PlanDependencies,
): Promise<PlanOutput> {
  const input = parseInput(given)
  const configured = parseList(await store.readText(listUrl), listUrl)
  const deployed = { list: configured, account }
  const reader = listReader(store, input, { readPlace, now })
  const {
    list: asked,
    custom,
    pushed,
    notes: read,
  } = input.push === undefined
    ? await listOfRun(input, deployed, {
        fetchText: store.readText,
        readWhole: () => readWhole(deployed, reader),
      })
    : await listOfPush(input.push, deployed, noteIn(store, input, now))
  const { list, notes } = await expanded(asked, read, { account, listRepositories })
  const only = await pairsOfRun(input, store.readText)
  const { regions, targets, schedule } = input
  const schedules = notes && schedulesOf(configured)
  const today = new Date(now())
  const narrowing = { regions, targets, schedule, schedules, only }
  const items =
    list === undefined ? [] : planItems({ ...narrowing, list, pushed, account, file: INPUT, now: today })
  const leftTo = await earlierRun(input, execution, { store, isRunning })
  if (leftTo !== undefined) return nothing(run, leftTo, store)
  const entries = list === undefined ? [] : identifiedEntries(list)
  const notices = noticesOf(entries, today)
  if (notices.length > 0) await store.writeJson(noticesKey(run), notices, notices.length)
  const complete = isComplete(notes)
  const places = isWholeList(input) && complete ? prunedPlaces(entries, items, today) : []
  return {
    run: {
      name: run,
      dryRun: input.dryRun ?? false,
      ...(custom && list ? await keep(list, run, store) : {}),
      ...(notes ? await keepNotes(notes, run, store) : {}),
      ...wholeSchedule(input),
      ...(isWhole(input) ? { whole: true } : {}),
      ...(complete ? {} : { partial: true }),
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

/** An earlier list, or one without some of its repositories, does not know what is wanted. */
function isComplete({ broken, unlisted = [] }: ListNotes = {}): boolean {
  return broken === undefined && unlisted.length === 0
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

/** Keeps what it reads for runs that find a broken list. A dry run changes nothing that outlives it. */
function listReader(
  store: WorkBucket,
  { dryRun }: ExecutionInput,
  { readPlace, now }: Required<Pick<PlanDependencies, 'readPlace' | 'now'>>,
): ListReader {
  return {
    read: readPlace,
    good: {
      find: () => store.findJson(GOOD_LISTS_KEY, goodListsSchema),
      keep: async (lists) => void (dryRun || (await store.writeJson(GOOD_LISTS_KEY, lists))),
    },
    now: new Date(now()),
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

/** The list with the repositories of its namespaces, and notes on those that could not be listed. */
async function expanded(
  given: List | undefined,
  read: ListNotes | undefined,
  { account, listRepositories }: Pick<PlanDependencies, 'account' | 'listRepositories'>,
): Promise<{ readonly list: List | undefined; readonly notes: ListNotes | undefined }> {
  if (given === undefined) return { list: given, notes: read }
  const { list, unlisted } = await expandNamespaces(given, account, listRepositories)
  return { list, notes: unlisted.length === 0 ? read : { ...read, unlisted: [...unlisted] } }
}

/** Stores notes on the list, for Report. */
async function keepNotes(notes: ListNotes, run: string, store: WorkBucket): Promise<{ hasNotes: true }> {
  await store.writeJson(listNotesKey(run), notes)
  return { hasNotes: true }
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
    readPlace: openPlaces(),
    listRepositories,
    isRunning: (execution) => isRunning(execution, (what, details) => logger.warn(what, details)),
  })
  const { dryRun, leftTo } = output.run
  logger.info('planned', { images: output.items.count, dryRun, leftTo })
  return output
}, beforeTimeout)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(checkedInput(planInputSchema, logger, ({ run }) => ({ run })))
  .use(shortErrors(logger, MAX_REFUSAL))
