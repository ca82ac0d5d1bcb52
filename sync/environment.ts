/** What the program is told by its environment: where its order is, and how long it may take. */
import * as z from 'zod'
import { syncEnvSchema } from '../mirror/environment.ts'

/**
 * How long before the end of its time a build ends itself: a minute for what came before this program (the machine, the
 * source, the install phase), and one for what comes after (the result, the log). Not counted from
 * CODEBUILD_START_TIME: a build that has waited in the queue for hours would have no time left.
 */
const MARGIN_SECONDS = 120

const schema = syncEnvSchema.extend({
  /** Set by CodeBuild. */
  CODEBUILD_BUILD_ARN: z.string().optional(),
})

export interface Settings {
  readonly bucket: string
  readonly orderKey: string
  /** How many rounds of the pair came before this one. */
  readonly round: number
  /** Milliseconds since the epoch: when the program has to end itself. */
  readonly deadline?: number
  readonly buildArn?: string
  /** How many builds may write to the target's region at the same time, this one included. */
  readonly writers: number
}

/** @throws when a variable is missing or is not what it must be */
export function readEnvironment(variables: NodeJS.ProcessEnv, now: number): Settings {
  const env = schema.parse(variables)
  const limit = env.TIME_LIMIT_SECONDS
  return {
    bucket: env.WORK_BUCKET,
    orderKey: env.ORDER_KEY,
    round: env.ROUND ?? 0,
    writers: env.WRITERS_PER_REGION ?? 1,
    ...(limit === undefined ? {} : { deadline: now + (limit - MARGIN_SECONDS) * 1000 }),
    ...(env.CODEBUILD_BUILD_ARN === undefined ? {} : { buildArn: env.CODEBUILD_BUILD_ARN }),
  }
}
