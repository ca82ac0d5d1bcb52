/**
 * What a further region needs, for its pushes to reach the mirror: a rule, and an alarm for pushes that were not sent. Queue,
 * alarm and topic are in the region of the rule: a push that does not reach the home region cannot be reported there.
 */
import { Annotations, Stack } from 'aws-cdk-lib'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { failureTopic } from './alerts/alerts.ts'
import { forwardPushes } from './triggers/pushes.ts'
import { keepUndelivered } from './triggers/undelivered.ts'

export interface PushMirrorProps {
  /** The repositories whose pushes are sent: those of the list's `push.repositories`. `*` stands for any characters. */
  readonly repositories: readonly string[]

  /** The region of the mirror, in the same account. */
  readonly home: string
}

/** Sends the pushes of a further region to the mirror. Put one into each region of the list's `push.from`. */
export class PushMirror extends Construct {
  /** Receives a message when pushes could not be sent. */
  readonly failureTopic: ITopic

  constructor(scope: Construct, id: string, { repositories, home }: PushMirrorProps) {
    super(scope, id)
    const { region } = Stack.of(scope)
    if (region === home) {
      Annotations.of(this).addError(
        `home: the stack is in ${home} itself, where the mirror gets pushes without this construct; remove it`,
      )
    }
    const topic = failureTopic(this)
    const what = `pushes in ${region} did not reach ${home}, and were copied nowhere`
    const undelivered = keepUndelivered(this, { topic, what })
    forwardPushes(this, { repositories: [...repositories] }, { home, undelivered })
    this.failureTopic = topic
  }
}
