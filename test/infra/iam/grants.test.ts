// Statements from grants. Wildcards need a reason.
import { Validations } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { expect, test } from 'vitest'
import { grantAll } from '../../../infra/iam/grants.ts'
import { ofType, policies, resourcesOf, type Statement, testStack } from '../templates.ts'

const BUCKET = 'arn:aws:s3:::bucket'

function role() {
  const stack = testStack()
  return { stack, role: new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }) }
}

test('has the regions of a grant as a condition', () => {
  const { stack, role: one } = role()
  grantAll(one, [{ actions: ['ecr:PutImage'], resources: [BUCKET], regions: ['us-east-1', 'eu-west-1'] }])
  expect(Object.values(policies(resourcesOf(stack))).flat()).toEqual([
    {
      Effect: 'Allow',
      Action: 'ecr:PutImage',
      Resource: BUCKET,
      Condition: { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
    },
  ])
})

test('may have further conditions', () => {
  const { stack, role: one } = role()
  const equals = { 'ec2:AuthorizedService': 'codebuild.amazonaws.com' }
  grantAll(one, [{ actions: ['ec2:Describe'], resources: [BUCKET], regions: ['us-east-1'], equals }])
  const [statement] = Object.values(policies(resourcesOf(stack))).flat()
  expect(statement?.Condition).toEqual({
    StringEquals: { 'aws:RequestedRegion': ['us-east-1'], ...equals },
  })
})

test('has no conditions by default', () => {
  const { stack, role: one } = role()
  grantAll(one, [{ actions: ['s3:GetObject'], resources: [BUCKET] }])
  const [statement] = Object.values(policies(resourcesOf(stack))).flat()
  expect(statement).not.toHaveProperty('Condition')
})

test('has no statement for a grant without resources', () => {
  const { stack, role: one } = role()
  grantAll(one, [{ actions: ['ecr:PutImage'], resources: [] }])
  expect(policies(resourcesOf(stack))).toEqual({})
})

test('suppresses findings only for wildcards with a reason', () => {
  const { role: one } = role()
  grantAll(one, [
    { actions: ['s3:GetObject'], resources: ['arn:a/*', 'arn:b'], wildcard: 'because' },
    { actions: ['s3:GetObject'], resources: ['arn:c/*'] },
  ])
  const { ACKNOWLEDGED_RULES_METADATA_KEY: key } = Validations
  const acknowledged = one.node.metadata
    .filter(({ type }) => type === key)
    .map(({ data }) => Object.entries(data))
  expect(acknowledged.flat()).toEqual([[expect.stringContaining('IAM5[Resource::arn:a/*]'), 'because']])
})

const repositories = (count: number) =>
  Array.from({ length: count }, (_, n) => `arn:aws:ecr:us-east-1:111122223333:repository/team/app-${n}`)

test('splits a grant on many resources into managed policies, without losing any', () => {
  const { stack, role: one } = role()
  const resources = repositories(250)
  grantAll(one, [
    { actions: ['ecr:PutImage'], resources, regions: ['us-east-1'] },
    { actions: ['s3:GetObject'], resources: [BUCKET] },
  ])
  const template = resourcesOf(stack)
  expect(Object.values(policies(template)).flat()).toMatchObject([{ Action: 's3:GetObject' }])
  const managed = ofType(template, 'AWS::IAM::ManagedPolicy').map(({ Properties }) => Properties)
  expect(managed).toHaveLength(3)
  const statements = managed.flatMap(({ PolicyDocument }) => PolicyDocument.Statement as Statement[])
  expect(statements.flatMap(({ Resource }) => Resource)).toHaveLength(250)
  expect(new Set(statements.flatMap(({ Resource }) => Resource))).toEqual(new Set(resources))
  for (const { Action, Condition } of statements) {
    expect(Action).toBe('ecr:PutImage')
    expect(Condition).toEqual({ StringEquals: { 'aws:RequestedRegion': ['us-east-1'] } })
  }
})

test('puts further grants of a role into separate policies', () => {
  const { stack, role: one } = role()
  grantAll(one, [{ actions: ['ecr:PutImage'], resources: repositories(20) }])
  grantAll(one, [{ actions: ['ecr:ListImages'], resources: repositories(20) }])
  expect(ofType(resourcesOf(stack), 'AWS::IAM::ManagedPolicy')).toHaveLength(2)
})
