/**
 * CloudWatch Logs on loopback: `GetLogEvents` from the head of a build's log.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { arnOf } from '../arn.ts'
import { AwsError, type Service } from '../aws-json.ts'

/** The file of a log stream; undefined if there is none. */
export type FindLog = (group: string, stream: string) => string | undefined

/** GetLogEvents returns 1 MB at most. */
const PAGE_LINES = 10_000

const inputSchema = z.object({
  logGroupName: z.string().min(1).max(512),
  logStreamName: z.string().min(1).max(512),
  startFromHead: z.boolean().default(false),
  nextToken: z.string().optional(),
})

export function logs(account: string, findLog: FindLog): Service {
  async function getLogEvents(input: unknown): Promise<object> {
    const { success, data } = inputSchema.safeParse(input)
    if (!success)
      throw new AwsError('InvalidParameterException', 'logGroupName and logStreamName are required')
    const file = findLog(data.logGroupName, data.logStreamName)
    if (file === undefined)
      throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.')
    if (!data.startFromHead) throw new AwsError('InvalidParameterException', 'only startFromHead is embedded')
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
    const start = Number(data.nextToken?.replace('f/', '') ?? 0)
    const events = lines.slice(start, start + PAGE_LINES).map((message) => ({ timestamp: 0, message }))
    // At the end, the token is the one that was given.
    return { events, nextForwardToken: `f/${start + events.length}` }
  }

  return {
    name: 'logs',
    target: 'Logs_20140328',
    resourceOf(input, { region }) {
      const { data } = inputSchema.safeParse(input)
      if (data === undefined) return '*'
      return arnOf('logs', region, account, `log-group:${data.logGroupName}:log-stream:${data.logStreamName}`)
    },
    async answer(action, input) {
      if (action === 'GetLogEvents') return getLogEvents(input)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded CloudWatch Logs`)
    },
  }
}
