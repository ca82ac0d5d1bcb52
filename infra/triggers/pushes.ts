/** Starts runs for pushes to the repositories of the list, from any of the regions in which people push. */
import { Stack } from 'aws-cdk-lib'
import { EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events'
import { EventBus as EventBusTarget, SfnStateMachine } from 'aws-cdk-lib/aws-events-targets'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import type { ExecutionInput } from '../../mirror/execution-input.ts'
import type { PushSettings } from '../../mirror/list/push-schema.ts'
import { serviceRole } from '../iam/roles.ts'
import { pushesTo } from './push-patterns.ts'

/** The state machine that a push starts, and the dead-letter queue. */
export interface PushTarget {
  readonly machine: IStateMachine
  readonly undelivered: IQueue
}

/** Keeps EventBridge's default of 24 hours of retries, because no other event reports the same push. */
export function startByPush(
  scope: Construct,
  { machine, undelivered }: PushTarget,
  push: PushSettings,
): void {
  const role = serviceRole(scope, 'PushRole', {
    service: 'events.amazonaws.com',
    sources: 'rule/*',
    description: 'Starts a run when an image is pushed',
  })
  for (const [index, eventPattern] of pushesTo(push.from ?? [Stack.of(scope).region], push).entries()) {
    const rule = new Rule(scope, numbered('Push', index), {
      description: 'Copies an image to the other regions and targets when it is pushed',
      eventPattern,
      targets: [
        new SfnStateMachine(machine, {
          role,
          input: RuleTargetInput.fromObject(PUSH_INPUT),
          deadLetterQueue: undelivered,
        }),
      ],
    })
    // A push during the first deployment starts a run that needs all permissions of the state machine.
    rule.node.addDependency(machine)
  }
}

/** The first rule keeps the plain ID. */
function numbered(id: string, index: number): string {
  return index === 0 ? id : `${id}${index + 1}`
}

const PUSH_INPUT = {
  push: {
    account: EventField.account,
    region: EventField.region,
    repository: EventField.fromPath('$.detail.repository-name'),
    tag: EventField.fromPath('$.detail.image-tag'),
    digest: EventField.fromPath('$.detail.image-digest'),
    time: EventField.time,
  },
} satisfies { push: Record<keyof NonNullable<ExecutionInput['push']>, string> }

/**
 * Forwards pushes from a further region to the bus of the home region. The events keep their region.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
export function forwardPushes(
  scope: Construct,
  push: PushSettings,
  { home, undelivered }: { readonly home: string; readonly undelivered: IQueue },
): void {
  const { region } = Stack.of(scope)
  const role = serviceRole(scope, 'ForwardRole', {
    service: 'events.amazonaws.com',
    sources: 'rule/*',
    description: `Sends pushes to the bus of ${home}`,
  })
  const bus = Stack.of(scope).formatArn({
    service: 'events',
    region: home,
    resource: 'event-bus',
    resourceName: 'default',
  })
  const target = EventBus.fromEventBusArn(scope, 'Home', bus)
  for (const [index, eventPattern] of pushesTo([region], push).entries()) {
    new Rule(scope, numbered('Forward', index), {
      description: `Sends pushes to ${home}, where the mirror is`,
      eventPattern,
      targets: [new EventBusTarget(target, { role, deadLetterQueue: undelivered })],
    })
  }
}
