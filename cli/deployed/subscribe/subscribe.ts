/** Implements the command `subscribe`: subscribes an address to the failure topic. */
import { unlessAborted } from '../../terminal/interrupted.ts'
import { printJson, printWrapped } from '../../terminal/print.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { withMirror } from '../aws/with-mirror.ts'
import type { SubscribeOptions } from './command.ts'
import type { Subscription } from './schema.ts'
import type { Subscriber } from './subscriber.ts'

/** Returns the exit status. */
export async function subscribe(
  { place, subscriber, json }: SubscribeOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  return withMirror(place, signal, async ({ mirror }) => {
    const { SNSClient, SubscribeCommand } = await import('@aws-sdk/client-sns')
    const client = new SNSClient(mirror.config)
    const { protocol, endpoint } = subscriber
    const topic = mirror.output('FailureTopicArn')
    try {
      const request = client.send(
        new SubscribeCommand({ TopicArn: topic, Protocol: protocol, Endpoint: endpoint }),
      )
      const { SubscriptionArn = '' } = await unlessAborted(mirror.ask('sns:Subscribe', request), signal)
      // Without a confirmation, the answer has words instead of an ARN.
      const isConfirmed = SubscriptionArn.startsWith('arn:') && protocol !== 'email' && protocol !== 'https'
      if (json)
        printJson(terminal.stdout, {
          topic,
          protocol,
          address: endpoint,
          ...(isConfirmed ? { subscription: SubscriptionArn } : {}),
          status: isConfirmed ? 'confirmed' : 'pending',
        } satisfies Subscription)
      else printWrapped(terminal.stdout, [sentence(subscriber, isConfirmed)])
      return 0
    } finally {
      client.destroy()
    }
  })
}

function sentence({ protocol, endpoint }: Subscriber, isConfirmed: boolean): string {
  if (protocol === 'email')
    return `The subscription of ${endpoint} waits for confirmation: open the link in the mail that AWS has sent. Until then, no alerts are sent there.`
  if (!isConfirmed)
    return `The subscription of ${endpoint} waits for confirmation: the receiver must confirm the request that AWS has sent. Until then, no alerts are sent there.`
  const policy = protocol === 'sqs' ? 'The queue' : 'The function'
  return `Alerts go to ${endpoint}. ${policy} needs a policy that lets the topic in.`
}
