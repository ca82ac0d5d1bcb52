/** Outcome: reads the outcome of a round of Sync from the result that its build wrote. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { type RoundState, roundStateSchema, type SyncOutcome } from '../mirror/contract.ts'
import { syncResultSchema } from '../mirror/documents.ts'
import { outcomeEnvSchema } from '../mirror/environment.ts'
import { resultKeyOf } from '../mirror/keys.ts'
import { outcomeOfRound } from '../mirror/report/round.ts'
import { openWorkBucket, type WorkBucket } from '../store/work-bucket.ts'
import { keysOfPair } from './log-keys.ts'
import { beforeTimeout, checkedInput, createLogger, shortErrors } from './middleware.ts'

export async function readOutcome(
  { diff, rounds }: Pick<RoundState, 'diff' | 'rounds'>,
  store: Pick<WorkBucket, 'findJson'>,
): Promise<SyncOutcome> {
  const result = await store.findJson(resultKeyOf(diff.order.key), syncResultSchema)
  return outcomeOfRound(rounds, result)
}

const env = outcomeEnvSchema.parse(process.env)
const logger = createLogger()
const store = openWorkBucket(env.WORK_BUCKET)

export const handler = middy(async (round: RoundState, _context: Context) => {
  const outcome = await readOutcome(round, store)
  logger.info(outcome.status, { round: round.rounds.done, error: outcome.error })
  return outcome
}, beforeTimeout)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(checkedInput(roundStateSchema, logger, keysOfPair))
  .use(shortErrors(logger))
