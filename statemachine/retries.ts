/**
 * When the workflow tries again, and how long that can last: the named retry policies of its tasks. Retriers count
 * separately, and the first that names an error owns it, so the specific ones come before `States.TaskFailed`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
import { Duration } from 'aws-cdk-lib'
import { Errors, JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions'
import { ErrorName } from '../mirror/contract.ts'

/**
 * Lambda is throttled or has a fault of its own. CDK's default leaves `TooManyRequestsException` out, which is the
 * one that a wide Map meets first. At most 2 + 4 + 8 + 16 + 32 + 60 s = 2 min 2 s of waiting.
 */
export const LAMBDA_FAULTS: RetryProps = {
  errors: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  maxAttempts: 6,
  jitterStrategy: JitterType.FULL,
}

/**
 * The function's process was lost on the way: it ran out of memory or of time, or its host went away. A second
 * process may be luckier; a third would only cost more. At most 10 + 20 s = 30 s of waiting.
 */
export const FUNCTION_LOST: RetryProps = {
  errors: [ErrorName.TimeoutError, 'Lambda.Unknown', 'Sandbox.Timedout', 'Runtime.ExitError'],
  interval: Duration.seconds(10),
  backoffRate: 2,
  maxAttempts: 2,
  jitterStrategy: JitterType.FULL,
}

/**
 * Where sources are in a VPC: Lambda takes the network interfaces of a function back when it was not called for long, and
 * the call that finds none fails while there are new ones in the making, which takes minutes at worst
 * (https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html). Or EC2 was too busy to make them. At most
 * 30 + 60 + 6 x 120 s = 13 min 30 s of waiting.
 */
export const NETWORK_NOT_READY: RetryProps = {
  errors: ['Lambda.ResourceNotReadyException', 'Lambda.ENINotReadyException', 'Lambda.EC2ThrottledException'],
  interval: Duration.seconds(30),
  backoffRate: 2,
  maxDelay: Duration.minutes(2),
  maxAttempts: 8,
  jitterStrategy: JitterType.FULL,
}

/**
 * A registry asked us to slow down while we only looked. Docker Hub's windows are of 6 hours, and waiting here is
 * free. At most 1 + 2 + 4 + 8 + 16 + 32 + 4 x 60 min = 5 h 3 min of waiting.
 */
export const RATE_LIMITED: RetryProps = {
  errors: [ErrorName.RateLimited],
  interval: Duration.seconds(60),
  backoffRate: 2,
  maxDelay: Duration.hours(1),
  maxAttempts: 10,
  jitterStrategy: JitterType.FULL,
}

/**
 * CodeBuild's queue is full: it holds five times the quota of concurrent builds, and that quota may be 1
 * (https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html). Builds end, so patience helps; few and long
 * pauses, because each try costs three events of the execution's history (history.ts). At most
 * 3 + 6 + 12 + 24 + 48 + 2 x 75 min = 4 h 3 min of waiting.
 */
export const BUILD_QUEUE_FULL: RetryProps = {
  errors: ['CodeBuild.AccountLimitExceededException'],
  interval: Duration.minutes(3),
  backoffRate: 2,
  maxDelay: Duration.minutes(75),
  maxAttempts: 7,
  jitterStrategy: JitterType.FULL,
}

/**
 * The build could not be started: throttling and CodeBuild's own faults come under these names. At most
 * 20 + 80 + 2 x 300 s = 11 min 40 s of waiting.
 */
export const BUILD_NOT_STARTED: RetryProps = {
  errors: ['CodeBuild.CodeBuildException', 'CodeBuild.SdkClientException'],
  interval: Duration.seconds(20),
  backoffRate: 4,
  maxDelay: Duration.minutes(5),
  maxAttempts: 4,
  jitterStrategy: JitterType.FULL,
}

/**
 * The build broke: what our program understands ends green, so this is a registry that is down or a surprise.
 * `States.TaskFailed` matches every error but a timeout, hence it is listed last. At most 60 + 240 s = 5 min of
 * waiting, besides the two builds more.
 */
export const BUILD_FAILED: RetryProps = {
  errors: [Errors.TASKS_FAILED],
  interval: Duration.seconds(60),
  backoffRate: 4,
  maxDelay: Duration.minutes(30),
  maxAttempts: 2,
  jitterStrategy: JitterType.FULL,
}

/**
 * The function that reads the outcome of a round is throttled, or was lost. Few and long pauses, as it comes with every
 * round and each try costs three events of the history (history.ts). At most 60 + 240 s = 5 min of waiting.
 */
export const OUTCOME_NOT_READ: RetryProps = {
  errors: [...(LAMBDA_FAULTS.errors ?? []), ...(FUNCTION_LOST.errors ?? [])],
  interval: Duration.seconds(60),
  backoffRate: 4,
  maxAttempts: 2,
  jitterStrategy: JitterType.FULL,
}

/** SNS did not take the alert, for whatever reason. At most 2 + 4 + 8 + 16 + 32 + 60 s = 2 min 2 s of waiting. */
export const ALERT_NOT_SENT: RetryProps = {
  errors: [Errors.TASKS_FAILED],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  maxAttempts: 6,
  jitterStrategy: JitterType.FULL,
}

/** Retriers of a Lambda task, unless it has others. */
export const LAMBDA_RETRIES: readonly RetryProps[] = [LAMBDA_FAULTS, FUNCTION_LOST]
/** Retriers of the Sync task. */
export const SYNC_RETRIES: readonly RetryProps[] = [BUILD_QUEUE_FULL, BUILD_NOT_STARTED, BUILD_FAILED]
