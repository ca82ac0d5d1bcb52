/** Checks that somebody receives the alerts: a topic without a confirmed subscription reaches nobody. */
import { paginateListSubscriptionsByTopic, SNSClient, type Subscription } from '@aws-sdk/client-sns'
import { plural } from '../../../../mirror/units.ts'
import { pagesOf } from '../../aws/pages.ts'
import { commandText } from '../../run/text.ts'
import { type Check, type Context, using } from '../context.ts'
import { type Finding, failed, ok, warning } from '../document.ts'

export const subscriptions: Check = {
  name: 'subscriptions',
  async run(context) {
    const { mirror } = context.deployed
    const found = await subscribersOf(context, mirror.output('FailureTopicArn'))
    const pending = found.filter(({ SubscriptionArn = '' }) => !SubscriptionArn.startsWith('arn:'))
    const confirmed = found.length - pending.length
    const subscribe = commandText('subscribe', ['ops@example.com'], mirror.place)
    if (found.length === 0)
      return [
        failed('nobody is subscribed to the alerts', {
          remedy: 'Subscribe an address:',
          command: subscribe,
        }),
      ]
    const waiting = pending.map(({ Endpoint = '' }) => pendingFinding(Endpoint, confirmed, subscribe))
    return waiting.length > 0 ? waiting : [ok(`${plural(confirmed, 'address', 'addresses')} confirmed`)]
  },
}

function pendingFinding(endpoint: string, confirmed: number, command: string): Finding {
  const found = `the subscription of ${endpoint} is not confirmed, and gets no alerts`
  const remedy = 'Confirm it by the link in the message that AWS has sent; after 3 days, subscribe it again:'
  const given = { remedy, command: command.replace('ops@example.com', endpoint) }
  return confirmed === 0 ? failed(found, given) : warning(found, given)
}

async function subscribersOf({ config, deployed }: Context, TopicArn: string): Promise<Subscription[]> {
  return using(new SNSClient(config()), async (client) => {
    const found: Subscription[] = []
    const pages = paginateListSubscriptionsByTopic({ client }, { TopicArn })
    for await (const page of pagesOf(deployed.mirror.ask, 'sns:ListSubscriptionsByTopic', pages))
      found.push(...(page.Subscriptions ?? []))
    return found
  })
}
