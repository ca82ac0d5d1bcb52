// The work bucket meets common security policies.
import { expect, test } from 'vitest'
import { findDocuments, readDocuments, readLists, workBucket, writeDocuments } from '../../infra/storage.ts'
import { only, resourcesOf, testStack, textOf } from './templates.ts'

const stack = testStack()
const bucket = workBucket(stack)
const resources = resourcesOf(stack)
const { Properties: properties } = only(resources, 'AWS::S3::Bucket')

test('is encrypted, and blocks public access', () => {
  expect(properties).toMatchObject({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  })
})

test('survives the stack, but not a failed first deployment', () => {
  const { DeletionPolicy, UpdateReplacePolicy } = only(resources, 'AWS::S3::Bucket')
  expect({ DeletionPolicy, UpdateReplacePolicy }).toEqual({
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  })
})

test('accepts only TLS 1.2 or later', () => {
  const { Statement } = only(resources, 'AWS::S3::BucketPolicy').Properties.PolicyDocument
  expect(Statement).toMatchObject([
    { Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    { Effect: 'Deny', Action: 's3:*', Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } },
  ])
})

test('expires runs and refusals after 30 days, pushes after one, cached artifacts after 90, and state and lists never', () => {
  const rules = properties.LifecycleConfiguration.Rules as Record<string, unknown>[]
  expect(rules.filter((rule) => 'ExpirationInDays' in rule)).toMatchObject([
    { Prefix: 'runs/', ExpirationInDays: 30, Status: 'Enabled' },
    { Prefix: 'pushes/', ExpirationInDays: 1, Status: 'Enabled' },
    { Prefix: 'refused/', ExpirationInDays: 30, Status: 'Enabled' },
    { Prefix: 'artifacts/', ExpirationInDays: 90, Status: 'Enabled' },
  ])
})

test.each([
  ['reading documents', readDocuments(bucket), ['s3:GetObject'], '/runs/*'],
  ['writing documents', writeDocuments(bucket), ['s3:PutObject'], '/runs/*'],
  ['reading lists', readLists(bucket), ['s3:GetObject'], '/*'],
  ['telling what is not there', findDocuments(bucket), ['s3:ListBucket'], ''],
])('%s takes one action on one resource', (_what, grant, actions, objects) => {
  expect(grant.actions).toEqual(actions)
  expect(grant.resources.map((arn) => textOf(stack.resolve(arn)))).toEqual([
    `<${stack.getLogicalId(bucket.node.defaultChild as never)}.Arn>${objects}`,
  ])
})
