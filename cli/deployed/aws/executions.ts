/** Executions of a deployed mirror: starts, finds and describes them. */
import type { DescribeExecutionCommandOutput, ExecutionStatus } from '@aws-sdk/client-sfn'
import type { Mirror } from './mirror.ts'
import { AwsProblem } from './problem.ts'

export interface Execution {
  readonly arn: string
  /** Its name. */
  readonly run: string
  readonly status: ExecutionStatus
  readonly started: Date
  readonly ended?: Date
  readonly input?: string
  readonly output?: string
  readonly error?: string
  readonly cause?: string
}

export interface Executions {
  start(run: string, input: object): Promise<Execution>
  /** @param run - its name or ARN. @throws AwsProblem if it does not exist */
  describe(run: string): Promise<Execution>
  /** The most recent ones first. */
  recent(count: number, status?: ExecutionStatus): Promise<Execution[]>
  /** Children of an execution's Distributed Maps, without their input and output. */
  children(arn: string): AsyncIterable<Execution>
  close(): void
}

export async function openExecutions(mirror: Mirror): Promise<Executions> {
  const sfn = await import('@aws-sdk/client-sfn')
  const client = new sfn.SFNClient(mirror.config)
  const { stateMachineArn, ask } = mirror
  const prefix = stateMachineArn.replace(':stateMachine:', ':execution:')
  /** DescribeExecution is eventually consistent: it may not know an execution that was just started. */
  const unseen = new Map<string, Execution>()

  async function describe(run: string): Promise<Execution> {
    const executionArn = run.startsWith('arn:') ? run : `${prefix}:${run}`
    try {
      const request = client.send(new sfn.DescribeExecutionCommand({ executionArn }))
      const found = executionOf(await ask('states:DescribeExecution', request))
      unseen.delete(executionArn)
      return found
    } catch (error) {
      if (!(error instanceof Error) || !['ExecutionDoesNotExist', 'InvalidArn'].includes(error.name))
        throw error
      const started = unseen.get(executionArn)
      if (started !== undefined) return started
      const [latest] = await recent(1)
      const hint = latest === undefined ? 'it has had no runs' : `its latest run is ${latest.run}`
      throw new AwsProblem(`The mirror ${mirror.stack} has no run "${run}"; ${hint}.`)
    }
  }

  async function recent(maxResults: number, statusFilter?: ExecutionStatus): Promise<Execution[]> {
    const request = client.send(new sfn.ListExecutionsCommand({ stateMachineArn, maxResults, statusFilter }))
    const { executions = [] } = await ask('states:ListExecutions', request)
    return executions.map(executionOf)
  }

  async function* children(executionArn: string): AsyncGenerator<Execution> {
    const request = client.send(new sfn.ListMapRunsCommand({ executionArn }))
    const { mapRuns = [] } = await ask('states:ListMapRuns', request)
    for (const { mapRunArn } of mapRuns) {
      let nextToken: string | undefined
      do {
        const page = client.send(new sfn.ListExecutionsCommand({ mapRunArn, maxResults: 1000, nextToken }))
        const found = await ask('states:ListExecutions', page)
        yield* (found.executions ?? []).map(executionOf)
        nextToken = found.nextToken
      } while (nextToken !== undefined)
    }
  }

  return {
    async start(name, input) {
      const request = client.send(
        new sfn.StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
      )
      const { executionArn = '', startDate } = await ask('states:StartExecution', request)
      const started = startDate ?? new Date()
      const execution: Execution = { arn: executionArn, run: name, status: 'RUNNING', started }
      unseen.set(executionArn, execution)
      return execution
    },
    describe,
    recent,
    children,
    close: () => client.destroy(),
  }
}

type Described = Pick<
  DescribeExecutionCommandOutput,
  'executionArn' | 'name' | 'status' | 'startDate' | 'stopDate' | 'input' | 'output' | 'error' | 'cause'
>

function executionOf({ executionArn = '', name = '', startDate, stopDate, ...found }: Described): Execution {
  const { input, output, error, cause, status = 'RUNNING' } = found
  return {
    arn: executionArn,
    run: name,
    status,
    started: startDate ?? new Date(0),
    ...(stopDate === undefined ? {} : { ended: stopDate }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  }
}

export function isRunning({ status }: Pick<Execution, 'status'>): boolean {
  return status === 'RUNNING' || status === 'PENDING_REDRIVE'
}
