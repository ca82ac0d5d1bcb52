/** Checks whether an execution of the state machine is still active. */
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn'
import { sdkProxy } from '../registry/http/proxy.ts'

const RUNNING: readonly (string | undefined)[] = ['RUNNING', 'PENDING_REDRIVE']

/**
 * Returns false if the status cannot be read, because two concurrent runs do no harm, but a skipped run does.
 * @param onProblem - receives the reason
 */
export async function isRunning(
  executionArn: string,
  onProblem: (what: string, details: Record<string, unknown>) => void,
): Promise<boolean> {
  const client = new SFNClient(sdkProxy())
  try {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }))
    return RUNNING.includes(status)
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false
    onProblem('failed to read the status of the earlier run; this run proceeds', { executionArn, error })
    return false
  } finally {
    client.destroy()
  }
}
