/**
 * What a region needs in which people push, when it is not the home region: a rule, and who is told when that fails. Queue,
 * alarm and topic are of this region, as a rule's queue must be; and what cannot reach the home region cannot tell it so.
 */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { PushSettings } from '../mirror/list/config.ts'
import { failureTopic } from './alerts/alerts.ts'
import { forwardPushes } from './triggers/pushes.ts'
import { keepUndelivered } from './triggers/undelivered.ts'

export interface PushStackProps extends StackProps {
  readonly push: PushSettings
  /** The region of the mirror. */
  readonly home: string
}

export class PushStack extends Stack {
  constructor(scope: Construct, id: string, props: PushStackProps) {
    super(scope, id, props)
    const topic = failureTopic(this)
    const what = `pushes in ${this.region} did not reach ${props.home}, and were copied nowhere`
    const undelivered = keepUndelivered(this, { topic, what })
    forwardPushes(this, props.push, { home: props.home, undelivered })
    new CfnOutput(this, 'FailureTopicArn', {
      value: topic.topicArn,
      description: 'aws sns subscribe --topic-arn',
    })
  }
}
