// A run that fails, and its alert through SNS to a queue.

import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'
import { queueClient } from '../queue.ts'
import { sourceOf } from '../source.ts'
import type { Step } from '../step.ts'
import { expectSame, run, until, type World, withDeployed } from '../world.ts'

/** Long before the first alert, because the policy of a queue may take a minute to apply. */
export const subscribe: Step = {
  name: 'subscribe',
  async run(world) {
    world.queue = await subscribedQueue(world)
    return `the queue ${world.names.prefix} receives the alerts`
  },
}

export const alert: Step = {
  name: 'alert',
  async run(world) {
    const { prefix } = world.names
    const source = `${sourceOf(world)}:missing`
    const failed = await run(world, { images: [{ source, repository: `${prefix}/mirror/app` }] })
    expectSame('a run of an image that is missing', failed.status, 'FAILED')
    const text = await until(world, 'an alert', () => received(world, failed.run))
    if (!text.includes('missing')) throw new Error(`the alert does not name the missing tag: ${text}`)
    return `the alert of ${failed.run} arrived`
  },
}

async function subscribedQueue(world: World): Promise<string> {
  const sqs = queueClient(world.home)
  const sns = new SNSClient({ region: world.home })
  try {
    const topic = await withDeployed(world, async (_, mirror) => mirror.output('FailureTopicArn'))
    const tags = { 'image-mirror:test': world.names.trial }
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: world.names.prefix, tags }))
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    )
    const queue = Attributes?.QueueArn ?? ''
    const Policy = JSON.stringify(policy(queue, topic))
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
    await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: queue }))
    return QueueUrl
  } finally {
    sqs.destroy()
    sns.destroy()
  }
}

/** https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html */
function policy(queue: string, topic: string): object {
  const Condition = { ArnEquals: { 'aws:SourceArn': topic } }
  const Principal = { Service: 'sns.amazonaws.com' }
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: queue, Condition }],
  }
}

/** The text of a message in the queue that has these words. Deletes what it reads. */
export async function received({ queue, home }: World, words: string): Promise<string | undefined> {
  const sqs = queueClient(home)
  try {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 }),
    )
    for (const { ReceiptHandle } of Messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }))
    return Messages.map(({ Body = '' }) => Body).find((body) => body.includes(words))
  } finally {
    sqs.destroy()
  }
}
