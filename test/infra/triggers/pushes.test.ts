// Pushes that start a run, and pushes that must not.
import { readFileSync } from 'node:fs'
import type { Stack } from 'aws-cdk-lib'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { expect, test } from 'vitest'
import { forwardPushes, startByPush } from '../../../infra/triggers/pushes.ts'
import { targetInput } from '../../../local/eventbridge/event-input.ts'
import { matchesPattern } from '../../../local/eventbridge/event-pattern.ts'
import type { JsonObject } from '../../../local/json.ts'
import { executionInputSchema } from '../../../mirror/execution-input.ts'
import { grantsOf, only, resourcesOf, testStack, textOf } from '../templates.ts'

const ACCOUNT = '111122223333'
const ARN = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:mirror`
const DIGEST = `sha256:${'a'.repeat(64)}`
const KEPT = { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^Undelivered/), 'Arn'] } }

function targetIn(stack: Stack) {
  const machine = StateMachine.fromStateMachineArn(stack, 'Machine', ARN)
  return { machine, undelivered: new Queue(stack, 'Undelivered') }
}

function pushRule(repositories: string[]) {
  const stack = testStack()
  startByPush(stack, targetIn(stack), { repositories })
  const { Properties } = only(resourcesOf(stack), 'AWS::Events::Rule')
  const pattern = JSON.parse(
    JSON.stringify(Properties.EventPattern).replaceAll('{"Ref":"AWS::AccountId"}', `"${ACCOUNT}"`),
  ) as JsonObject
  return { pattern, target: Properties.Targets[0] as JsonObject }
}

/** A push event of ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html */
function push(detail: JsonObject = {}, event: JsonObject = {}): JsonObject {
  return {
    version: '0',
    'detail-type': 'ECR Image Action',
    source: 'aws.ecr',
    account: ACCOUNT,
    region: 'us-east-1',
    time: '2026-01-16T01:54:34Z',
    resources: [],
    ...event,
    detail: {
      result: 'SUCCESS',
      'repository-name': 'team/app',
      'image-digest': DIGEST,
      'action-type': 'PUSH',
      'image-tag': '1.0',
      'manifest-media-type': 'application/vnd.oci.image.index.v1+json',
      ...detail,
    },
  }
}

const UNTAGGED = { 'image-tag': '', 'manifest-media-type': 'application/vnd.oci.image.manifest.v1+json' }

test.each([
  ['a tagged index in a repository by name', ['team/app'], push()],
  [
    'a tagged manifest',
    ['team/app'],
    push({ 'artifact-media-type': 'application/vnd.oci.image.config.v1+json' }),
  ],
  ['a repository that a pattern matches', ['team/*'], push({ 'repository-name': 'team/deep/app' })],
  ['the second of several', ['other', 'team/app'], push()],
])('starts a run for %s', (_what, repositories, event) => {
  expect(matchesPattern(pushRule(repositories).pattern, event)).toBe(true)
})

test.each([
  ['an untagged child of an index', push(UNTAGGED)],
  ['a push that failed', push({ result: 'FAILURE' })],
  ['a deletion', push({ 'action-type': 'DELETE' })],
  ['a change of the storage class', push({ 'action-type': 'UPDATE_STORAGE_CLASS' })],
  ['another repository', push({ 'repository-name': 'team/application' })],
  ['a repository of the same name in another account', push({}, { account: '999999999999' })],
  ['another region', push({}, { region: 'eu-west-1' })],
  ['a replication', push({ 'action-type': 'REPLICATE' }, { 'detail-type': 'ECR Replication Action' })],
  ['a pull-through cache', push({}, { 'detail-type': 'ECR Pull Through Cache Action' })],
  ['a referrer', push({}, { 'detail-type': 'ECR Referrer Action' })],
  ['somebody else who says so', push({}, { source: 'team.app' })],
])('starts no run for %s', (_what, event) => {
  expect(matchesPattern(pushRule(['team/app']).pattern, event)).toBe(false)
})

test("passes the push to the run in the contract's format", () => {
  const { target } = pushRule(['team/app'])
  const input = executionInputSchema.parse(JSON.parse(targetInput(target, push(), 'rule')))
  expect(input).toEqual({
    push: {
      account: ACCOUNT,
      region: 'us-east-1',
      repository: 'team/app',
      tag: '1.0',
      digest: DIGEST,
      time: '2026-01-16T01:54:34Z',
    },
  })
})

test('merges consecutive stars, which EventBridge refuses', () => {
  expect(pushRule(['team/**']).pattern).toMatchObject({
    detail: { 'repository-name': [{ prefix: 'team/' }] },
  })
})

test('only EventBridge, for a rule of this account and region, may assume the role that starts runs', () => {
  const stack = testStack()
  startByPush(stack, targetIn(stack), { repositories: ['team/app'] })
  const { Properties } = only(resourcesOf(stack), 'AWS::IAM::Role')
  expect(Properties.AssumeRolePolicyDocument.Statement).toMatchObject([
    {
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    },
  ])
})

test('keeps a push that starts no run within 24 hours', () => {
  const { target } = pushRule(['team/app'])
  expect(target.RetryPolicy, 'without one, EventBridge tries for 24 hours').toBeUndefined()
  expect(target.DeadLetterConfig).toEqual(KEPT)
})

/** What the command of the runbook makes of a kept event: `key` is `key: .key`. */
function byHand(event: JsonObject): JsonObject {
  const [, fields = ''] = /\{push: \{(.*)\}\}/.exec(readFileSync('docs/runbook.md', 'utf8')) ?? []
  const pairs = fields.split(', ').map((field) => {
    const [key = '', path = `.${field}`] = field.split(': ')
    const [outer = '', inner] = path.match(/[\w-]+/g) ?? []
    const value = event[outer]
    return [key, inner === undefined ? value : (value as JsonObject)[inner]]
  })
  return { push: Object.fromEntries(pairs) }
}

test("the runbook's command for a kept push has the rule's input", () => {
  expect(byHand(push())).toEqual(JSON.parse(targetInput(pushRule(['team/app']).target, push(), 'rule')))
})

test('matches the pushes of several regions with one rule', () => {
  const stack = testStack()
  const push = { repositories: ['team/*'], from: ['us-east-1' as const, 'eu-west-1' as const] }
  startByPush(stack, targetIn(stack), push)
  const { Properties } = only(resourcesOf(stack), 'AWS::Events::Rule')
  expect(Properties.EventPattern.region).toEqual(push.from)
})

test('a further region may only send its pushes to the bus of the home region', () => {
  const stack = testStack()
  const undelivered = new Queue(stack, 'Undelivered')
  forwardPushes(stack, { repositories: ['team/*'] }, { home: 'eu-central-1', undelivered })
  const resources = resourcesOf(stack)
  const { Properties } = only(resources, 'AWS::Events::Rule')
  expect(Properties.EventPattern).toMatchObject({ region: ['us-east-1'], source: ['aws.ecr'] })
  const bus = 'arn:<AWS::Partition>:events:eu-central-1:<AWS::AccountId>:event-bus/default'
  expect(textOf(Properties.Targets[0].Arn)).toBe(bus)
  expect(Properties.Targets[0].DeadLetterConfig).toEqual(KEPT)
  expect(grantsOf(resources, '')).toEqual([`events:PutEvents ${bus}`])
  const role = only(resources, 'AWS::IAM::Role').Properties.AssumeRolePolicyDocument.Statement
  expect(role).toMatchObject([
    {
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    },
  ])
})
