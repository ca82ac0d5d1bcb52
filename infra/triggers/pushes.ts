/** Pushes to the repositories that the list names start runs, from whichever region they come. */
import { Stack } from 'aws-cdk-lib'
import { EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events'
import { EventBus as EventBusTarget, SfnStateMachine } from 'aws-cdk-lib/aws-events-targets'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { ErrorName, type ExecutionInput } from '../../mirror/contract.ts'
import type { PushSettings } from '../../mirror/list/config.ts'
import { serviceRole } from '../iam/roles.ts'
import { pushesTo } from './push-patterns.ts'

/** What a push starts, and where EventBridge leaves it when it cannot. */
export interface PushTarget {
  readonly machine: IStateMachine
  readonly undelivered: IQueue
}

/**
 * No other event tells of the same push, so that EventBridge tries for as long as it can, by default: 24 hours.
 * @throws InvalidInput when a copy of ours would be taken for a push of somebody's
 */
export function startByPush(
  scope: Construct,
  { machine, undelivered }: PushTarget,
  push: PushSettings,
  own: readonly string[],
): void {
  refuseOwnPushes(push, own)
  const role = serviceRole(scope, 'PushRole', {
    service: 'events.amazonaws.com',
    sources: 'rule/*',
    description: 'Starts a run when an image is pushed',
  })
  for (const [index, eventPattern] of pushesTo(push.from ?? [Stack.of(scope).region], push).entries()) {
    new Rule(scope, numbered('Push', index), {
      description: 'Copies an image to the other regions when it is pushed',
      eventPattern,
      targets: [
        new SfnStateMachine(machine, {
          role,
          input: RuleTargetInput.fromObject(PUSH_INPUT),
          deadLetterQueue: undelivered,
        }),
      ],
    })
  }
}

/** The first has the name that it would have alone. */
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
 * In a region that is not the home region: sends its pushes to the bus there, where they still say where they are from.
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

function refuseOwnPushes({ repositories }: PushSettings, own: readonly string[]): void {
  for (const pattern of repositories) {
    const target = own.find((name) => overlap(pattern, name))
    if (target === undefined) continue
    const error = new Error(
      `push.repositories: "${pattern}" also matches "${target}", which this mirror writes itself, so that each copy would start a run; name the repositories more closely`,
    )
    error.name = ErrorName.InvalidInput
    throw error
  }
}

/** Whether a name can meet both patterns. */
function overlap(one: string, other: string): boolean {
  if (one === '' || other === '') return /^\**$/.test(one + other)
  if (one.startsWith('*')) return overlap(one.slice(1), other) || overlap(one, other.slice(1))
  if (other.startsWith('*')) return overlap(other, one)
  return one[0] === other[0] && overlap(one.slice(1), other.slice(1))
}
