/** Step Functions API over the executions of this process, for runs that query other executions. */
import { z } from 'zod'
import { AwsError, type Service } from './aws-json.ts'

export interface ExecutionState {
  readonly status: string
  readonly startDate: Date
}

/** By ARN. */
export type ExecutionStates = ReadonlyMap<string, ExecutionState>

const inputSchema = z.object({ executionArn: z.string() })

export function stepFunctions(executions: ExecutionStates): Service {
  return {
    name: 'states',
    target: 'AWSStepFunctions',
    resourceOf: (input) => inputSchema.safeParse(input).data?.executionArn ?? '*',
    async answer(action, input) {
      if (action !== 'DescribeExecution') {
        throw new AwsError(
          'UnknownOperationException',
          `${action} is not part of the embedded Step Functions`,
        )
      }
      const { success, data } = inputSchema.safeParse(input)
      if (!success) throw new AwsError('InvalidArn', 'Invalid Arn: executionArn is missing')
      const { executionArn } = data
      const found = executions.get(executionArn)
      if (found === undefined) {
        throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`)
      }
      const [, partition, , region, account, , machine, name] = executionArn.split(':')
      return {
        executionArn,
        stateMachineArn: `arn:${partition}:states:${region}:${account}:stateMachine:${machine}`,
        name,
        status: found.status,
        startDate: found.startDate.getTime() / 1000,
      }
    },
  }
}
