/** What the program is told by its environment: where its order is, and how long it may take. */
import * as z from 'zod'
import { syncEnvSchema } from '../mirror/contract.ts'

/** Enough to end what is under way, to write the result and to upload the log. */
const MARGIN_MS = 60_000

const schema = syncEnvSchema.extend({
  /** The build's timeout. @default - nobody ends it early, so it need not end itself */
  TIME_LIMIT_SECONDS: z.coerce.number().int().positive().optional(),
  /** Set by CodeBuild, in milliseconds since the epoch. @default - when this program starts */
  CODEBUILD_START_TIME: z.coerce.number().positive().optional(),
  /** Set by CodeBuild. */
  CODEBUILD_BUILD_ARN: z.string().optional(),
})

export interface Settings {
  readonly bucket: string
  readonly orderKey: string
  /** Milliseconds since the epoch: when the program has to end itself. */
  readonly deadline?: number
  readonly buildArn?: string
}

/** @throws when a variable is missing or is not what it must be */
export function readEnvironment(variables: NodeJS.ProcessEnv, now: number): Settings {
  const env = schema.parse(variables)
  const started = env.CODEBUILD_START_TIME ?? now
  const limit = env.TIME_LIMIT_SECONDS
  return {
    bucket: env.WORK_BUCKET,
    orderKey: env.ORDER_KEY,
    ...(limit === undefined ? {} : { deadline: started + limit * 1000 - MARGIN_MS }),
    ...(env.CODEBUILD_BUILD_ARN === undefined ? {} : { buildArn: env.CODEBUILD_BUILD_ARN }),
  }
}
