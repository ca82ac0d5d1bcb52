/** Defines the command `subscribe`: argument, flags and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { moreHelp } from '../../program/define.ts'
import { type Place, placedCommand, placeOf } from '../aws/flags.ts'
import { type Subscriber, subscriberOf } from './subscriber.ts'

export interface SubscribeOptions {
  readonly place: Place
  readonly subscriber: Subscriber
  readonly json: boolean
}

const MORE = `
The address is a mail address, an https:// URL, or the ARN of an SQS queue or a Lambda function. A queue or a function
needs a policy that lets the topic in.

Examples:
  npx image-mirror subscribe ops@example.com
  npx image-mirror subscribe arn:aws:sqs:us-east-1:123456789012:alerts

Exit status: 0 subscribed, or waiting for the confirmation; 2 invalid usage; 4 AWS refuses or cannot be reached, or
there is no mirror.`

export function subscribeCommand(choose: (options: SubscribeOptions) => void): CommandUnknownOpts {
  return placedCommand('subscribe')
    .summary('sends the alerts of the deployed mirror to an address')
    .description('Subscribes an address to the alerts of the deployed mirror.')
    .argument(
      '<address>',
      'mail address, https URL, or ARN of an SQS queue or a Lambda function',
      subscriberOf,
    )
    .option('--json', 'print the subscription as JSON')
    .addHelpText('after', moreHelp(MORE))
    .action((subscriber, { json = false, ...place }) => choose({ place: placeOf(place), subscriber, json }))
}
