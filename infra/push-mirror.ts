/**
 * Forwards pushes from a further region to the mirror: a rule, and an alarm for pushes that could not be sent. Queue,
 * alarm and topic are in the rule's region, because a push that does not reach the home region cannot be reported
 * there.
 */
import { Annotations, Stack } from 'aws-cdk-lib'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { failureTopic } from './alerts/alerts.ts'
import { createDeadLetterQueue } from './triggers/dead-letter-queue.ts'
import { forwardPushes } from './triggers/pushes.ts'

export interface PushMirrorProps {
  /** The repositories whose pushes are sent: the list's `push.repositories`. `*` matches any characters. */
  readonly repositories: readonly string[]

  /** The region of the mirror, in the same account. */
  readonly home: string
}

/** Sends pushes from a further region to the mirror. Add one to each region of the list's `push.from`. */
export class PushMirror extends Construct {
  /** Receives a message if pushes could not be sent. */
  readonly failureTopic: ITopic

  constructor(scope: Construct, id: string, { repositories, home }: PushMirrorProps) {
    super(scope, id)
    const { region } = Stack.of(scope)
    if (region === home) {
      Annotations.of(this).addError(
        `home: the stack is in ${home} itself, where the mirror receives pushes without this construct; remove it`,
      )
    }
    const topic = failureTopic(this)
    const what = `pushes in ${region} did not reach ${home} and were not copied`
    const undelivered = createDeadLetterQueue(this, { topic, what })
    forwardPushes(this, { repositories: [...repositories] }, { home, undelivered })
    this.failureTopic = topic
  }
}
