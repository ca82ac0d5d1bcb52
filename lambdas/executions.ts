/** Reads executions of the state machine: whether one is still active, and with which input it started. */
import { DescribeExecutionCommand, type DescribeExecutionCommandOutput, SFNClient } from '@aws-sdk/client-sfn'
import { sdkProxy } from '../registry/http/proxy.ts'
import { parseJson } from '../registry/model/json.ts'

const RUNNING: readonly (string | undefined)[] = ['RUNNING', 'PENDING_REDRIVE']

type OnProblem = (what: string, details: Record<string, unknown>) => void

/**
 * Returns false if the status cannot be read, because two concurrent runs do no harm, but a skipped run does.
 * @param onProblem - receives the reason
 */
export async function isRunning(executionArn: string, onProblem: OnProblem): Promise<boolean> {
  try {
    const { status } = await describe(executionArn)
    return RUNNING.includes(status)
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false
    onProblem('failed to read the status of the earlier run; this run proceeds', { executionArn, error })
    return false
  }
}

/**
 * Returns undefined if the input cannot be read.
 * @param onProblem - receives the reason
 */
export async function inputOf(executionArn: string, onProblem: OnProblem): Promise<unknown> {
  try {
    const { input } = await describe(executionArn)
    return input === undefined ? undefined : parseJson(input)
  } catch (error) {
    onProblem('failed to read the input of the run', { executionArn, error })
    return undefined
  }
}

async function describe(executionArn: string): Promise<DescribeExecutionCommandOutput> {
  const client = new SFNClient(sdkProxy())
  try {
    return await client.send(new DescribeExecutionCommand({ executionArn }))
  } finally {
    client.destroy()
  }
}
