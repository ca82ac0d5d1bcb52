/** Checks whether an execution of the state machine is still active. */
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn'
import { sdkProxy } from '../registry/http/proxy.ts'

const AT_WORK: readonly (string | undefined)[] = ['RUNNING', 'PENDING_REDRIVE']

/**
 * Returns false if the status cannot be read, because two concurrent runs do no harm, but a skipped run does.
 * @param onOddity - receives the reason
 */
export async function isAtWork(
  executionArn: string,
  onOddity: (what: string, details: Record<string, unknown>) => void,
): Promise<boolean> {
  const client = new SFNClient(sdkProxy())
  try {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }))
    return AT_WORK.includes(status)
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false
    onOddity('failed to read the status of the earlier run; this run proceeds', { executionArn, error })
    return false
  } finally {
    client.destroy()
  }
}
