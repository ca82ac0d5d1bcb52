/** Plan: from the trigger and the list to one item per image, put where the Map reads them. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import type { List } from '../mirror/config.ts'
import {
  type ExecutionInput,
  type PlanInput,
  type PlanOutput,
  planEnvSchema,
  planInputSchema,
} from '../mirror/contract.ts'
import { listKey, planKey, resultsPrefix } from '../mirror/keys.ts'
import { parseList, storedList } from '../mirror/parse-list.ts'
import { planItems } from '../mirror/plan.ts'
import { INPUT, listOfRun, pairsOfRun, parseInput } from '../mirror/run-list.ts'
import { openWorkBucket, type WorkBucket } from '../store/work-bucket.ts'
import { beforeTimeout, checkedInput, createLogger, shortErrors } from './middleware.ts'

/** A refusal is told once per run and lists every problem, so it may be longer than a pair's error. */
const MAX_REFUSAL = 10_000

export interface PlanDependencies {
  readonly store: WorkBucket
  /** The configured list. */
  readonly listUrl: string
  /** This account. */
  readonly account?: string | undefined
}

export async function plan(
  { run, input: given }: PlanInput,
  { store, listUrl, account }: PlanDependencies,
): Promise<PlanOutput> {
  const input = parseInput(given)
  const configured = parseList(await store.readText(listUrl), listUrl)
  const { list, custom } = await listOfRun(input, { list: configured, account }, store.readText)
  const only = await pairsOfRun(input, store.readText)
  const items = list === undefined ? [] : planItems({ ...narrowing(input), list, only, account, file: INPUT })
  return {
    run: {
      name: run,
      dryRun: input.dryRun ?? false,
      ...(custom && list ? await keep(list, run, store) : {}),
      ...wholeSchedule(input),
    },
    items: await store.writeJson(planKey(run), items, items.length),
    resultsPrefix: resultsPrefix(run),
  }
}

/** A tag that has moved on since a push was pushed again, and has a run of its own. */
function narrowing({ regions, schedule, push }: ExecutionInput) {
  return push === undefined ? { regions, schedule } : { regions, ifMoved: 'skip' as const }
}

/** A run that leaves some pairs out, or verifies none, has nothing to say of all. */
function wholeSchedule({ schedule, regions, only, dryRun }: ExecutionInput) {
  return schedule === undefined || regions || only || dryRun ? {} : { schedule }
}

/** A list that came with the input is kept, for a rerun of what failed. */
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
  const output = await plan(input, { store, listUrl: env.LIST_URL, account })
  logger.info('planned', { images: output.items.count, dryRun: output.run.dryRun })
  return output
}, beforeTimeout)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(checkedInput(planInputSchema, logger, ({ run }) => ({ run })))
  .use(shortErrors(logger, MAX_REFUSAL))
