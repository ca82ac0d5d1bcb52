/** Checks that the dead-letter queues of all stacks are empty: runs that could not start, and pushes that were lost. */
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { plural } from '../../../../mirror/units.ts'
import { awsCommand, type Check, type Context, deployCommand, using } from '../context.ts'
import { allOk, type Finding, failed } from '../document.ts'
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

/** A queue's physical ID is its URL. Messages that somebody has just read are hidden for a while. */
async function problemOf(
  context: Context,
  { physicalId: QueueUrl, region }: PlacedResource,
): Promise<Finding | undefined> {
  try {
    const count = await using(
      new SQSClient({ ...context.config(region), useQueueUrlAsEndpoint: false }),
      async (client) => {
        const request = client.send(
          new GetQueueAttributesCommand({
            QueueUrl,
            AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
          }),
        )
        const { Attributes = {} } = await context.deployed.mirror.ask('sqs:GetQueueAttributes', request)
        return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0)
      },
    )
    if (count === 0) return undefined
    return failed(`${plural(count, 'event')} could not be delivered in ${region}`, {
      remedy: 'Find the reason of each, and what to do, as in docs/runbook.md#notdelivered:',
      command: awsCommand(
        context,
        `sqs receive-message --queue-url ${QueueUrl} --message-attribute-names All --max-number-of-messages 10`,
        region,
      ),
    })
  } catch (error) {
    if (!isMissing(error)) throw error
    return failed(`the dead-letter queue ${QueueUrl} was deleted`, {
      remedy: 'CloudFormation does not restore it: delete the stack and deploy it again.',
      command: deployCommand(context),
    })
  }
}

/** SQS has a name of its own for each of its protocols. */
const MISSING = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']

function isMissing(error: unknown): boolean {
  return error instanceof Error && MISSING.includes(error.name)
}
