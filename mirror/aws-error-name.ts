/**
 * Error names that AWS reports to the workflow: retriers match on them, Report explains them, and the local run fails
 * with them. Our own names are in error-name.ts.
 */

/** Errors of Step Functions itself. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export const StatesErrorName = {
  /** Matches every error except `DataLimitExceeded` and `Runtime`. */
  All: 'States.ALL',
  /** The size limit of a state's input or output. */
  DataLimitExceeded: 'States.DataLimitExceeded',
  ExceedToleratedFailureThreshold: 'States.ExceedToleratedFailureThreshold',
  ItemReaderFailed: 'States.ItemReaderFailed',
  Permissions: 'States.Permissions',
  ResultWriterFailed: 'States.ResultWriterFailed',
  /** The definition cannot process its data. Cannot be caught. */
  Runtime: 'States.Runtime',
  /** Matches every error of a task except `Timeout`. */
  TaskFailed: 'States.TaskFailed',
  Timeout: 'States.Timeout',
} as const

/** Errors of Lambda, of its sandbox and of its runtime. */
export const LambdaErrorName = {
  AwsLambdaException: 'Lambda.AWSLambdaException',
  ClientExecutionTimeoutException: 'Lambda.ClientExecutionTimeoutException',
  Ec2ThrottledException: 'Lambda.EC2ThrottledException',
  EniNotReadyException: 'Lambda.ENINotReadyException',
  ResourceNotReadyException: 'Lambda.ResourceNotReadyException',
  SdkClientException: 'Lambda.SdkClientException',
  ServiceException: 'Lambda.ServiceException',
  TooManyRequestsException: 'Lambda.TooManyRequestsException',
  Unknown: 'Lambda.Unknown',
  /** The process of the function ended. */
  ExitError: 'Runtime.ExitError',
  /** The function exceeded its timeout. */
  TimedOut: 'Sandbox.Timedout',
} as const

/** Errors of starting a build; a build that fails is `States.TaskFailed`. */
export const CodeBuildErrorName = {
  /** The queue is full. */
  AccountLimitExceededException: 'CodeBuild.AccountLimitExceededException',
  CodeBuildException: 'CodeBuild.CodeBuildException',
  ResourceNotFoundException: 'CodeBuild.ResourceNotFoundException',
  SdkClientException: 'CodeBuild.SdkClientException',
} as const
