// The construct for the account of a target.
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { expect, test } from 'vitest'
import { MirrorTargetAccount, type MirrorTargetAccountProps } from '../../infra/target-account.ts'

const GIVEN = { mirrorAccount: '123456789012', repositories: ['mirror/*'] }

function stackWith(props: MirrorTargetAccountProps) {
  const stack = new Stack(new App(), 'Target', { env: { account: '210987654321', region: 'eu-west-1' } })
  const made = new MirrorTargetAccount(stack, 'Mirror', props)
  return { made, template: Template.fromStack(stack) }
}

test('makes the role that a list names', () => {
  const { made, template } = stackWith({ ...GIVEN, externalId: 'tenant-1', regions: ['us-east-1'] })
  template.hasResourceProperties('AWS::IAM::Role', {
    RoleName: 'image-mirror',
    AssumeRolePolicyDocument: {
      Statement: [{ Condition: { StringEquals: { 'sts:ExternalId': 'tenant-1' } } }],
    },
    Policies: [
      {
        PolicyDocument: {
          Statement: [{}, { Condition: { StringEquals: { 'aws:RequestedRegion': ['us-east-1'] } } }],
        },
      },
    ],
  })
  expect(made.role?.roleArn).toBeDefined()
  template.resourceCountIs('AWS::ECR::RegistryPolicy', 0)
})

test('allows what the settings of the list need', () => {
  const settings = { lifecycle: { any: { newest: 10 } }, reconcile: true } as const
  const actions = JSON.stringify(stackWith({ ...GIVEN, settings }).template.toJSON())
  expect(actions).toContain('ecr:PutLifecyclePolicy')
  expect(JSON.stringify(stackWith(GIVEN).template.toJSON())).not.toContain('ecr:PutLifecyclePolicy')
})

test('makes a registry policy instead, for the region of the stack', () => {
  const { made, template } = stackWith({ ...GIVEN, access: 'policy' })
  template.resourceCountIs('AWS::IAM::Role', 0)
  expect(made.role).toBeUndefined()
  expect(JSON.stringify(template.toJSON())).toContain(':ecr:eu-west-1:210987654321:repository/mirror/*')
})

test.each([
  ['an account that is none', { mirrorAccount: '12' }, 'mirrorAccount: "12" is not the id of an account'],
  ['no repositories', { repositories: [] }, 'repositories: name at least one'],
])('refuses %s', (_, change, message) => {
  expect(() => stackWith({ ...GIVEN, ...change })).toThrow(message)
})
