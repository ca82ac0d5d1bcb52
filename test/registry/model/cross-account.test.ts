// Advice for requests that Amazon ECR of another account denies, by AWS's messages.
import { expect, test } from 'vitest'
import { adviceAcrossAccounts } from '../../../registry/model/cross-account.ts'

const message = (action: string, { owner = '210987654321', because = '', partition = 'aws' } = {}) =>
  `User: arn:${partition}:sts::123456789012:assumed-role/ImageMirror-Sync/s is not authorized to perform: ${action} on resource: arn:${partition}:ecr:eu-west-1:${owner}:repository/mirror/app${because}`

const NO_POLICY = ' because no resource-based policy allows the action'
const OPENS = /^the account 210987654321 must let the account 123456789012 in, by its registry policy/
const VERSION = '--name REGISTRY_POLICY_SCOPE --value V2'

test.each([
  ['names no policy', ''],
  ['names the missing policy', NO_POLICY],
])('names both accounts if the message %s', (_, because) => {
  const advice = adviceAcrossAccounts(message('ecr:CreateRepository', { because }))
  expect(advice).toMatch(OPENS)
  expect(advice).not.toContain(VERSION)
})

test.each(['ecr:TagResource', 'ecr:DescribeImages', 'ecr:InitiateLayerUpload', 'an action'])(
  'explains that a registry policy of version 1 does not apply to %s',
  (action) => {
    const advice = adviceAcrossAccounts(message(action, { because: NO_POLICY }))
    expect(advice).toMatch(OPENS)
    expect(advice).toContain(VERSION)
  },
)

test('blames the own role if its policies lack the permission', () => {
  const because = ' because no identity-based policy allows the ecr:CreateRepository action'
  expect(adviceAcrossAccounts(message('ecr:CreateRepository', { because }))).toMatch(
    /^the account 123456789012 must allow its own role/,
  )
})

test('reads the messages of other partitions', () => {
  expect(adviceAcrossAccounts(message('ecr:PutImage', { partition: 'aws-cn' }))).toMatch(OPENS)
})

test.each([
  ['within one account', message('ecr:CreateRepository', { owner: '123456789012' })],
  ['about another service', message('s3:GetObject').replace(':ecr:eu-west-1:', ':s3:::')],
  ['in other words', 'denied: requested access to the resource is denied'],
  ['at the end of a long text', ' '.repeat(3_000) + message('ecr:CreateRepository')],
])('has no advice for a refusal %s', (_, text) => {
  expect(adviceAcrossAccounts(text)).toBeUndefined()
})
