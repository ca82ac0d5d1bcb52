// The trust policies of roles.
import { expect, test } from 'vitest'
import { serviceRole } from '../../../infra/iam/roles.ts'
import { only, resourcesOf, testStack, textOf } from '../templates.ts'

test('a role trusts its service for resources of one kind in this account', () => {
  const stack = testStack()
  serviceRole(stack, 'Role', {
    service: 'states.amazonaws.com',
    sources: 'stateMachine:*',
    description: 'Runs',
  })
  const [statement, ...others] = only(resourcesOf(stack), 'AWS::IAM::Role').Properties
    .AssumeRolePolicyDocument.Statement
  expect(others).toEqual([])
  expect(statement).toMatchObject({
    Action: 'sts:AssumeRole',
    Principal: { Service: 'states.amazonaws.com' },
  })
  expect(statement.Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } })
  expect(textOf(statement.Condition.ArnLike['aws:SourceArn'])).toBe(
    'arn:<AWS::Partition>:states:us-east-1:<AWS::AccountId>:stateMachine:*',
  )
})

test('a role may trust its service for all resources of this account', () => {
  const stack = testStack()
  serviceRole(stack, 'Role', { service: 'lambda.amazonaws.com', description: 'Runs' })
  const [statement] = only(resourcesOf(stack), 'AWS::IAM::Role').Properties.AssumeRolePolicyDocument.Statement
  expect(statement.Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } })
})

test('a role may have no conditions, as Lambda requires for a function in a VPC', () => {
  const stack = testStack()
  serviceRole(stack, 'Role', { service: 'lambda.amazonaws.com', conditioned: false, description: 'Runs' })
  const [statement] = only(resourcesOf(stack), 'AWS::IAM::Role').Properties.AssumeRolePolicyDocument.Statement
  expect(statement).toEqual({
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { Service: 'lambda.amazonaws.com' },
  })
})
