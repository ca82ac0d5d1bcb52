/** Checks that the dead-letter queues of all stacks are empty: runs that could not start, and pushes that were lost. */
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { plural } from '../../../../mirror/units.ts'
import { ifExists } from '../../aws/if-exists.ts'
import { awsCommand, type Check, type Context, using } from '../context.ts'
import { allOk, type Finding, failed } from '../document.ts'
import { restore } from '../restore.ts'
import type { StackContent } from '../stack-content.ts'
import { type PlacedResource, stacksOf } from '../stacks.ts'

export const queues: Check = {
  name: 'queues',
  async run(context) {
    const found = (await stacksOf(context)).flatMap(deadLetterQueues)
    const problems = await Promise.all(found.map((queue) => problemOf(context, queue)))
    return allOk(`${plural(found.length, 'dead-letter queue')} empty`, problems)
  },
}

/** The queues that rules and schedules of a stack refer to. In an app of one's own, a stack may have others. */
function deadLetterQueues({ region, resources }: StackContent): PlacedResource[] {
  const sources = [...resources('AWS::Events::Rule'), ...resources('AWS::Scheduler::Schedule')]
  const text = JSON.stringify(sources.map(({ properties }) => properties))
  return resources('AWS::SQS::Queue')
    .filter(({ id }) => text.includes(`"${id}"`))
    .map((queue) => ({ ...queue, region }))
}

/** SQS has a name of its own for each of its protocols. */
const MISSING = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'] as const

/** A queue's physical ID is its URL. */
async function problemOf(
  context: Context,
  { physicalId: QueueUrl, region }: PlacedResource,
): Promise<Finding | undefined> {
  const count = await messagesIn(context, region, QueueUrl)
  if (count === undefined) return failed(`the dead-letter queue ${QueueUrl} was deleted`, restore(context))
  if (count === 0) return undefined
  return failed(`${plural(count, 'event')} could not be delivered in ${region}`, {
    remedy: 'Find the reason of each, and what to do, as in docs/runbook.md#notdelivered:',
    command: awsCommand(
      context,
      `sqs receive-message --queue-url ${QueueUrl} --message-attribute-names All --max-number-of-messages 10`,
      region,
    ),
  })
}

/** Messages that someone has received stay hidden until their visibility timeout ends. */
const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const

/** Returns undefined if the queue does not exist. */
async function messagesIn(context: Context, region: string, QueueUrl: string): Promise<number | undefined> {
  const config = { ...context.config(region), useQueueUrlAsEndpoint: false }
  return using(new SQSClient(config), async (client) => {
    const request = client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] }))
    const found = await ifExists(context.deployed.mirror.ask('sqs:GetQueueAttributes', request), ...MISSING)
    return found && Object.values(found.Attributes ?? {}).reduce((sum, value) => sum + Number(value), 0)
  })
}
