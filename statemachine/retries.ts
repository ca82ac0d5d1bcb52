/**
 * Named retry policies of the workflow's tasks, with the longest total wait of each. Retriers count separately and the
 * first matching one applies, so specific errors come before `States.TaskFailed`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
import { Duration } from 'aws-cdk-lib'
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions'
import { CodeBuildErrorName, LambdaErrorName, StatesErrorName } from '../mirror/aws-error-name.ts'
import { ErrorName } from '../mirror/error-name.ts'

/**
 * Lambda throttles, or has an internal fault. CDK's default omits `TooManyRequestsException`, which a wide Map meets
 * first. At most 2 + 4 + 8 + 16 + 32 + 60 s = 2 min 2 s of waiting.
 */
export const LAMBDA_FAULTS: RetryProps = {
  errors: [
    LambdaErrorName.ClientExecutionTimeoutException,
    LambdaErrorName.ServiceException,
    LambdaErrorName.AwsLambdaException,
    LambdaErrorName.SdkClientException,
    LambdaErrorName.TooManyRequestsException,
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  maxAttempts: 6,
  jitterStrategy: JitterType.FULL,
}

/**
 * The function's process was lost: it ran out of memory or time, or its host failed. More than two retries rarely help.
 * At most 10 + 20 s = 30 s of waiting.
 */
export const FUNCTION_LOST: RetryProps = {
  errors: [
    ErrorName.TimeoutError,
    LambdaErrorName.Unknown,
    LambdaErrorName.TimedOut,
    LambdaErrorName.ExitError,
  ],
  interval: Duration.seconds(10),
  backoffRate: 2,
  maxAttempts: 2,
  jitterStrategy: JitterType.FULL,
}

/**
 * A function in a VPC has no network interface. Lambda reclaims the interfaces of an idle function, and calls fail for
 * some minutes until new ones exist (https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html), or EC2
 * throttles their creation. At most 30 + 60 + 6 x 120 s = 13 min 30 s of waiting.
 */
export const NETWORK_NOT_READY: RetryProps = {
  errors: [
    LambdaErrorName.ResourceNotReadyException,
    LambdaErrorName.EniNotReadyException,
    LambdaErrorName.Ec2ThrottledException,
  ],
  interval: Duration.seconds(30),
  backoffRate: 2,
  maxDelay: Duration.minutes(2),
  maxAttempts: 8,
  jitterStrategy: JitterType.FULL,
}

/**
 * A registry rate-limited metadata requests. Docker Hub's windows last 6 hours, and waiting here is free. At most 1 + 2
 * + 4 + 8 + 16 + 32 + 4 x 60 min = 5 h 3 min of waiting.
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
 * (https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html). Pauses are few and long, because each attempt
 * costs three events of the execution's history (history.ts). At most 3 + 6 + 12 + 24 + 48 + 2 x 75 min = 4 h 3 min of
 * waiting.
 */
export const BUILD_QUEUE_FULL: RetryProps = {
  errors: [CodeBuildErrorName.AccountLimitExceededException],
  interval: Duration.minutes(3),
  backoffRate: 2,
  maxDelay: Duration.minutes(75),
  maxAttempts: 7,
  jitterStrategy: JitterType.FULL,
}

/**
 * The build could not be started: CodeBuild throttles or has an internal fault. At most 20 + 80 + 2 x 300 s = 11 min 40
 * s of waiting.
 */
export const BUILD_NOT_STARTED: RetryProps = {
  errors: [CodeBuildErrorName.CodeBuildException, CodeBuildErrorName.SdkClientException],
  interval: Duration.seconds(20),
  backoffRate: 4,
  maxDelay: Duration.minutes(5),
  maxAttempts: 4,
  jitterStrategy: JitterType.FULL,
}

/**
 * The build failed without an outcome, which the program writes for every failure that it recognizes: a registry may be
 * down. `States.TaskFailed` matches every error except a timeout, so it comes last. At most 60 + 240 s = 5 min of
 * waiting, besides the two further builds.
 */
export const BUILD_FAILED: RetryProps = {
  errors: [StatesErrorName.TaskFailed],
  interval: Duration.seconds(60),
  backoffRate: 4,
  maxDelay: Duration.minutes(30),
  maxAttempts: 2,
  jitterStrategy: JitterType.FULL,
}

/**
 * The function that reads the outcome of a round was throttled or lost. Pauses are few and long, because it runs in
 * every round and each attempt costs three events of the history (history.ts). At most 60 + 240 s = 5 min of waiting.
 */
export const OUTCOME_NOT_READ: RetryProps = {
  errors: [...(LAMBDA_FAULTS.errors ?? []), ...(FUNCTION_LOST.errors ?? [])],
  interval: Duration.seconds(60),
  backoffRate: 4,
  maxAttempts: 2,
  jitterStrategy: JitterType.FULL,
}

/** SNS rejected the alert, for any reason. At most 2 + 4 + 8 + 16 + 32 + 60 s = 2 min 2 s of waiting. */
export const ALERT_NOT_SENT: RetryProps = {
  errors: [StatesErrorName.TaskFailed],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  maxAttempts: 6,
  jitterStrategy: JitterType.FULL,
}

/** Default retriers of a Lambda task. */
export const LAMBDA_RETRIES: readonly RetryProps[] = [LAMBDA_FAULTS, FUNCTION_LOST]
/** Retriers of the Sync task. */
export const SYNC_RETRIES: readonly RetryProps[] = [BUILD_QUEUE_FULL, BUILD_NOT_STARTED, BUILD_FAILED]
