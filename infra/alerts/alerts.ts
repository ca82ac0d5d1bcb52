/** The topics of alerts, and the safety net that alerts on runs that could not send their own alert. */
import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events'
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets'
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { type ITopic, Topic, type TopicProps } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { ErrorName } from '../../mirror/error-name.ts'

/**
 * Uses a customer managed key: AWS services cannot publish to a topic that is encrypted with the AWS managed key for
 * SNS.
 */
export function failureTopic(scope: Construct): Topic {
  const key = new Key(scope, 'FailureTopicKey', {
    description: 'Encrypts the failure topic of image-mirror',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  // SNS binds the data keys of a message to its topic ARN. Requests from EventBridge carry no aws:SourceAccount for the
  // key policy, so the topic policy checks it: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
  const ownTopics = Stack.of(scope).formatArn({ service: 'sns', resource: '*' })
  const ofOwnTopics = { StringLike: { 'kms:EncryptionContext:aws:sns:topicArn': ownTopics } }
  for (const [service, conditions] of [
    ['events.amazonaws.com', ofOwnTopics],
    ['cloudwatch.amazonaws.com', { ...ofOwnTopics, ...OF_THIS_ACCOUNT }],
  ] as const) {
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions,
      }),
    )
  }
  return topicOf(scope, 'FailureTopic', { displayName: 'image-mirror failures', masterKey: key })
}

/**
 * The topic of Amazon Q Developer in chat applications, with the key of the failure topic. It has messages of its own,
 * because Amazon Q takes only its own schema, and a mail must not be JSON. A message with a structure for each protocol
 * could not have attributes: https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
export function chatTopic(scope: Construct, { masterKey }: Topic): Topic {
  return topicOf(scope, 'ChatTopic', {
    displayName: 'image-mirror alerts for chats',
    ...(masterKey && { masterKey }),
  })
}

function topicOf(scope: Construct, id: string, props: TopicProps): Topic {
  const topic = new Topic(scope, id, { ...props, enforceSSL: true })
  // An explicit policy replaces the default one, which lets the whole account publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsAndRules',
      principals: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'].map(
        (name) => new ServicePrincipal(name),
      ),
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: OF_THIS_ACCOUNT,
    }),
  )
  return topic
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
const OF_THIS_ACCOUNT = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } }

export interface SafetyNetProps {
  readonly topic: ITopic
  /** @default - none */
  readonly chatTopic?: ITopic | undefined
  readonly undelivered: IQueue
}

/**
 * Alerts on runs that fail without an alert of their own. A run that decided on one ends as MirrorFailed,
 * PlanRefused or PlanFailed, which the rule excludes, so no failed run sends two messages. Child executions have another
 * stateMachineArn and do not match.
 */
export function safetyNet(
  scope: Construct,
  machine: IStateMachine,
  { topic, chatTopic, undelivered }: SafetyNetProps,
): Rule {
  return new Rule(scope, 'SafetyNet', {
    description: 'Alerts on runs that failed without an alert of their own',
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        stateMachineArn: [machine.stateMachineArn],
        $or: [
          { status: ['TIMED_OUT', 'ABORTED'] },
          {
            status: ['FAILED'],
            error: [{ 'anything-but': DECIDED }],
          },
          // An execution can fail without an error; the event then has null or no error at all.
          { status: ['FAILED'], error: [null] },
          { status: ['FAILED'], error: [{ exists: false }] },
        ],
      },
    },
    targets: [
      new SnsTopic(withOwnPolicy(topic), {
        message: RuleTargetInput.fromMultilineText(message(scope)),
        deadLetterQueue: undelivered,
      }),
      ...(chatTopic === undefined ? [] : [toChat(chatTopic, message(scope), undelivered)]),
    ],
  })
}

/** Ends of runs that have decided whether to alert. */
const DECIDED = [ErrorName.MirrorFailed, ErrorName.PlanRefused, ErrorName.PlanFailed]

function toChat(topic: ITopic, description: string, deadLetterQueue: IQueue): SnsTopic {
  const title = 'image-mirror: a run ended without reporting which pairs failed'
  const content = { textType: 'client-markdown', title, description }
  const message = RuleTargetInput.fromObject({ version: '1.0', source: 'custom', content })
  return new SnsTopic(withOwnPolicy(topic), { message, deadLetterQueue })
}

/** Keeps CDK's target from adding a policy statement that admits events of every account. */
function withOwnPolicy(topic: ITopic): ITopic {
  const grantPublish = (grantee: IGrantable) => Grant.drop(grantee, 'the topic policy admits events')
  return Object.create(topic, { grantPublish: { value: grantPublish } })
}

/**
 * EventBridge delivers each line of a text in quotes and escapes the quotes inside. Without inner quotes, a command can
 * be pasted as it is. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
function message(scope: Construct): string {
  const [name, status, error, execution, machine] = [
    '$.detail.name',
    '$.detail.status',
    '$.detail.error',
    '$.detail.executionArn',
    '$.detail.stateMachineArn',
  ].map((path) => EventField.fromPath(path))
  const region = Stack.of(scope).region
  return [
    `image-mirror: the run ${name} ended ${status} (${error}) without reporting which pairs failed.`,
    `What happened: aws stepfunctions get-execution-history --reverse-order --max-items 10 --region ${region} --execution-arn ${execution}`,
    `Run it again with the same input: aws stepfunctions describe-execution --region ${region} --execution-arn ${execution} --query input --output text | aws stepfunctions start-execution --region ${region} --state-machine-arn ${machine} --input file:///dev/stdin`,
  ].join('\n')
}
