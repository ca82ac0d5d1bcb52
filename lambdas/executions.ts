/** Whether an execution of the state machine still runs. */
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn'
import { sdkProxy } from '../registry/http/proxy.ts'

const AT_WORK: readonly (string | undefined)[] = ['RUNNING', 'PENDING_REDRIVE']

/**
 * False when that cannot be found out, as two runs on the same images do no harm, and a run that does not come does.
 * @param onOddity - told why
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
    onOddity('the earlier run could not be looked at, so this one starts', { executionArn, error })
    return false
  } finally {
    client.destroy()
  }
}
