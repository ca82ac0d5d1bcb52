/**
 * SQS on loopback: the number of messages in the queues that stacks have deployed.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
import { z } from 'zod'
import { arnOf } from '../arn.ts'
import { AwsError, type Service } from '../aws-json.ts'
import type { Hosted } from './hosted.ts'
import { hasResource } from './stack-resources.ts'

const ATTRIBUTES = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const

const inputSchema = z.strictObject({
  QueueUrl: z.string(),
  AttributeNames: z.array(z.enum(ATTRIBUTES)).default([]),
})

export function queues(account: string, hosted: Pick<Hosted, 'stacks' | 'account'>): Service {
  function getQueueAttributes(input: unknown, region: string): object {
    const { success, data, error } = inputSchema.safeParse(input)
    if (!success) throw new AwsError('InvalidAttributeName', z.prettifyError(error))
    const { QueueUrl, AttributeNames } = data
    if (!hasResource(hosted, region, 'AWS::SQS::Queue', QueueUrl))
      throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
    const values = {
      ApproximateNumberOfMessages: hosted.account.undelivered.get(QueueUrl) ?? 0,
      // Nobody reads them here.
      ApproximateNumberOfMessagesNotVisible: 0,
    }
    return { Attributes: Object.fromEntries(AttributeNames.map((name) => [name, String(values[name])])) }
  }

  return {
    name: 'sqs',
    target: 'AmazonSQS',
    anyRegion: true,
    resourceOf(input, { region }) {
      const { data } = inputSchema.safeParse(input)
      return data === undefined
        ? '*'
        : arnOf('sqs', region, account, data.QueueUrl.slice(data.QueueUrl.lastIndexOf('/') + 1))
    },
    async answer(action, input, { region }) {
      if (action === 'GetQueueAttributes') return getQueueAttributes(input, region)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded SQS`)
    },
  }
}
