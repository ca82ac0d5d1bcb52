// The failure topic, its permissions, and the run failures that its rule reports.
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { expect, test } from 'vitest'
import { failureTopic, safetyNet } from '../../../infra/alerts/alerts.ts'
import { targetInput } from '../../../local/eventbridge/event-input.ts'
import { matchesPattern } from '../../../local/eventbridge/event-pattern.ts'
import type { JsonObject } from '../../../local/json.ts'
import { only, resourcesOf, type Statement, testStack, textOf } from '../templates.ts'

const ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:mirror'
const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:mirror:nightly'

const resources = (() => {
  const stack = testStack()
  const topic = failureTopic(stack)
  const undelivered = new Queue(stack, 'Undelivered')
  safetyNet(stack, StateMachine.fromStateMachineArn(stack, 'Machine', ARN), { topic, undelivered })
  return resourcesOf(stack)
})()
const rule = only(resources, 'AWS::Events::Rule').Properties

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
function ended(detail: JsonObject): JsonObject {
  return {
    version: '0',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: '111122223333',
    region: 'us-east-1',
    resources: [EXECUTION],
    detail: {
      executionArn: EXECUTION,
      stateMachineArn: ARN,
      name: 'nightly',
      input: '{}',
      output: null,
      error: null,
      cause: null,
      ...detail,
    },
  }
}

test.each([
  ['FAILED by a broken Plan', { status: 'FAILED', error: 'Lambda.Unknown' }],
  ['FAILED by an alert that was not sent', { status: 'FAILED', error: 'SNS.KMSAccessDeniedException' }],
  ['FAILED without an error', { status: 'FAILED' }],
  ['TIMED_OUT', { status: 'TIMED_OUT', error: 'States.Timeout' }],
  ['TIMED_OUT without an error', { status: 'TIMED_OUT' }],
  ['ABORTED', { status: 'ABORTED' }],
  ['ABORTED with an error of ours', { status: 'ABORTED', error: 'MirrorFailed' }],
])('reports a run that %s', (_what, detail) => {
  expect(matchesPattern(rule.EventPattern, ended(detail))).toBe(true)
})

test('reports a FAILED run if its event has no error field', () => {
  const { detail, ...event } = ended({ status: 'FAILED' })
  const { error: _, ...rest } = detail as JsonObject
  expect(matchesPattern(rule.EventPattern, { ...event, detail: rest })).toBe(true)
})

test('matches a null error explicitly, because anything-but does not document it', () => {
  expect(rule.EventPattern.detail.$or).toContainEqual({ status: ['FAILED'], error: [null] })
})

test.each([
  ['alerted', { status: 'FAILED', error: 'MirrorFailed' }],
  ['alerted that its plan was refused', { status: 'FAILED', error: 'PlanRefused' }],
  ['alerted that its plan failed', { status: 'FAILED', error: 'PlanFailed' }],
  ['SUCCEEDED', { status: 'SUCCEEDED' }],
  ['is RUNNING', { status: 'RUNNING' }],
  ['is of another machine', { status: 'FAILED', stateMachineArn: `${ARN}-2` }],
  ['is a child of one of ours', { status: 'FAILED', stateMachineArn: `${ARN}/images` }],
])('does not report a run that %s', (_what, detail) => {
  expect(matchesPattern(rule.EventPattern, ended(detail))).toBe(false)
})

test('names the run, its end, and the command to rerun it', () => {
  const message = targetInput(
    rule.Targets[0],
    ended({ status: 'TIMED_OUT', error: 'States.Timeout' }),
    'rule',
  )
  expect(message.split('\n')).toEqual([
    '"image-mirror: the run nightly ended TIMED_OUT (States.Timeout) without reporting which pairs failed."',
    `"What happened: aws stepfunctions get-execution-history --reverse-order --max-items 10 --region us-east-1 --execution-arn ${EXECUTION}"`,
    `"Run it again with the same input: aws stepfunctions describe-execution --region us-east-1 --execution-arn ${EXECUTION} --query input --output text | aws stepfunctions start-execution --region us-east-1 --state-machine-arn ${ARN} --input file:///dev/stdin"`,
  ])
})

test('has no quotes, because they would arrive escaped and break the command', () => {
  const { InputTemplate } = rule.Targets[0].InputTransformer
  for (const line of InputTemplate.split('\n')) expect(line).toMatch(/^"[^"\\]*"$/)
})

test('keeps messages that the topic refuses', () => {
  expect(rule.Targets[0].DeadLetterConfig).toEqual({
    Arn: { 'Fn::GetAtt': [expect.stringMatching(/^Undelivered/), 'Arn'] },
  })
})

const THIS_ACCOUNT = { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } }

test('encrypts the topic with a key that events and alarms may use for topics of this account', () => {
  const key = only(resources, 'AWS::KMS::Key').Properties
  expect(key.EnableKeyRotation).toBe(true)
  const services = (key.KeyPolicy.Statement as Statement[]).filter(({ Principal }) =>
    JSON.stringify(Principal).includes('Service'),
  )
  expect(services.map(({ Principal }) => Principal)).toEqual([
    { Service: 'events.amazonaws.com' },
    { Service: 'cloudwatch.amazonaws.com' },
  ])
  for (const { Action, Condition } of services) {
    expect(Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey*'])
    const topics = Condition?.StringLike as Record<string, unknown> | undefined
    const context = topics?.['kms:EncryptionContext:aws:sns:topicArn']
    expect(textOf(context)).toBe('arn:<AWS::Partition>:sns:us-east-1:<AWS::AccountId>:*')
  }
  const sources = services.map(({ Condition }) => Condition?.StringEquals)
  expect(sources, 'EventBridge brings no source to the key').toEqual([undefined, THIS_ACCOUNT])
})

test('accepts messages only over TLS, from events and alarms of this account', () => {
  const statements = only(resources, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument.Statement
  expect(statements).toMatchObject([
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    {
      Effect: 'Allow',
      Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
      Action: 'sns:Publish',
      Condition: { StringEquals: THIS_ACCOUNT },
    },
  ])
  expect(statements).toHaveLength(2)
})
