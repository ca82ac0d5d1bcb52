/**
 * Who is told of failures: the topic that people subscribe to, and the safety net for runs that could not send
 * their own alert.
 */
import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events'
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets'
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { ErrorName } from '../../mirror/contract.ts'

/** A key of our own, as AWS services cannot publish to a topic under the key that SNS brings. */
export function failureTopic(scope: Construct): Topic {
  const key = new Key(scope, 'FailureTopicKey', {
    description: 'Encrypts the failure topic of image-mirror',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  // SNS ties the data keys of a message to its topic. EventBridge's requests bring no aws:SourceAccount to the key, so
  // that the topic's own policy has to look at it: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
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
  const topic = new Topic(scope, 'FailureTopic', {
    displayName: 'image-mirror failures',
    masterKey: key,
    enforceSSL: true,
  })
  // A policy of one's own takes the place of the one that lets the whole account publish.
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

/**
 * A run that alerted ends as MirrorFailed or PlanRefused. Any other that did not succeed is told of here: one
 * message per failed run, never two. Child executions have another stateMachineArn and do not match.
 */
export function safetyNet(
  scope: Construct,
  machine: IStateMachine,
  { topic, undelivered }: { readonly topic: ITopic; readonly undelivered: IQueue },
): Rule {
  return new Rule(scope, 'SafetyNet', {
    description: 'Tells the failure topic of runs that ended without an alert of their own',
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        stateMachineArn: [machine.stateMachineArn],
        $or: [
          { status: ['TIMED_OUT', 'ABORTED'] },
          {
            status: ['FAILED'],
            error: [{ 'anything-but': [ErrorName.MirrorFailed, ErrorName.PlanRefused] }],
          },
          // An execution may fail without an error, and the event then has null, or nothing.
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
    ],
  })
}

/** CDK's target would let the events of every account into the topic. */
function withOwnPolicy(topic: ITopic): ITopic {
  const grantPublish = (grantee: IGrantable) => Grant.drop(grantee, 'the policy of the topic lets events in')
  return Object.create(topic, { grantPublish: { value: grantPublish } })
}

/**
 * EventBridge delivers each line of a text in quotes, with those inside of it escaped: without any inside, a command can
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
    `image-mirror: the run ${name} ended ${status} (${error}) and could not say which pairs failed.`,
    `What happened: aws stepfunctions get-execution-history --reverse-order --max-items 10 --region ${region} --execution-arn ${execution}`,
    `Run it again, with the input that it had: aws stepfunctions describe-execution --region ${region} --execution-arn ${execution} --query input --output text | aws stepfunctions start-execution --region ${region} --state-machine-arn ${machine} --input file:///dev/stdin`,
  ].join('\n')
}
