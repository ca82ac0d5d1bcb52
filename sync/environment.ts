/** Parses the build's environment variables: the location of its order and its time limit. */
import * as z from 'zod'
import { syncEnvSchema } from '../mirror/environment.ts'

/**
 * Safety margin before the build's time limit: one minute for provisioning and the install phase, and one for writing
 * the result. The deadline does not count from CODEBUILD_START_TIME, because that includes hours in the queue.
 */
const MARGIN_SECONDS = 120

const schema = syncEnvSchema.extend({
  /** Set by CodeBuild. */
  CODEBUILD_BUILD_ARN: z.string().optional(),
  /** Set by CodeBuild, in milliseconds since the epoch. Only for the report, so any other value does no harm. */
  CODEBUILD_START_TIME: z.coerce.number().int().positive().optional().catch(undefined),
})

export interface Settings {
  readonly bucket: string
  readonly orderKey: string
  /** Number of earlier rounds for the pair. */
  readonly round: number
  /** When the program must stop, in milliseconds since the epoch. */
  readonly deadline?: number
  readonly buildArn?: string
  /** When the build was requested, before it waited in the queue. In milliseconds since the epoch, like `started`. */
  readonly queued?: number
  /** When the program started. */
  readonly started: number
  /** Number of builds that may write to the target's region concurrently, including this one. */
  readonly writers: number
}

/** @throws if a variable is missing or invalid */
export function readEnvironment(variables: NodeJS.ProcessEnv, now: number): Settings {
  const env = schema.parse(variables)
  const limit = env.TIME_LIMIT_SECONDS
  return {
    bucket: env.WORK_BUCKET,
    orderKey: env.ORDER_KEY,
    round: env.ROUND ?? 0,
    writers: env.WRITERS_PER_REGION ?? 1,
    started: now,
    ...(env.CODEBUILD_START_TIME === undefined ? {} : { queued: env.CODEBUILD_START_TIME }),
    ...(limit === undefined ? {} : { deadline: now + (limit - MARGIN_SECONDS) * 1000 }),
    ...(env.CODEBUILD_BUILD_ARN === undefined ? {} : { buildArn: env.CODEBUILD_BUILD_ARN }),
  }
}
