// What another account opens for the mirror: a role, or a registry policy.
import { expect, test } from 'vitest'
import { actionsOfSettings } from '../../../mirror/repositories/actions.ts'
import { registryPolicy, rolePolicy, trustPolicy } from '../../../mirror/target-account/documents.ts'
import { registryTemplate, roleTemplate } from '../../../mirror/target-account/template.ts'

const GUEST = { account: '123456789012', roles: ['arn:aws:iam::123456789012:role/ImageMirror-*'] }
const OPENED = {
  account: '210987654321',
  partition: 'aws',
  regions: ['us-east-1', 'eu-west-1'],
  repositories: ['mirror/*'],
}
/** Nothing that deletes, and nothing that changes an existing repository. */
const ALLOWED =
  /^ecr:(BatchCheckLayerAvailability|BatchGetImage|CompleteLayerUpload|CreateRepository|DescribeImages|DescribeRepositories|GetDownloadUrlForLayer|InitiateLayerUpload|ListImages|PutImage|TagResource|UploadLayerPart)$/

test('trusts the roles of the mirror only, with the external id', () => {
  expect(trustPolicy(GUEST, 'aws', 'tenant-1').Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: 'arn:aws:iam::123456789012:root' },
      Condition: {
        ArnLike: { 'aws:PrincipalArn': GUEST.roles },
        StringEquals: { 'sts:ExternalId': 'tenant-1' },
      },
    },
  ])
  expect(trustPolicy(GUEST, 'aws').Statement[0]?.Condition).not.toHaveProperty('StringEquals')
})

test('the role may write the repositories in the regions, and no others', () => {
  const [login, repositories] = rolePolicy(OPENED).Statement
  expect(login).toEqual({ Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' })
  expect(repositories?.Resource).toEqual(['arn:aws:ecr:*:210987654321:repository/mirror/*'])
  expect(repositories?.Condition).toEqual({ StringEquals: { 'aws:RequestedRegion': OPENED.regions } })
  for (const action of repositories?.Action ?? []) expect(action).toMatch(ALLOWED)
})

test("a registry policy lets the same actions in, without the login, which is the own registry's", () => {
  const [statement, ...more] = registryPolicy(GUEST, OPENED, 'eu-west-1').Statement
  expect(more).toEqual([])
  expect(statement?.Action).toEqual(rolePolicy(OPENED).Statement[1]?.Action)
  expect(statement?.Resource).toEqual(['arn:aws:ecr:eu-west-1:210987654321:repository/mirror/*'])
  expect(JSON.stringify(registryPolicy(GUEST, OPENED, 'eu-west-1')).length).toBeLessThan(10_240)
})

test('both allow what the settings of repositories need, and the role the keys, only through ECR', () => {
  const key = 'arn:aws:kms:us-east-1:210987654321:key/11111111-2222-4333-8444-555555555555'
  const settings = actionsOfSettings({
    encryption: { kms: { 'us-east-1': key } },
    lifecycle: { any: { newest: 10 } },
    reconcile: true,
  })
  const [, repositories, keys] = rolePolicy({ ...OPENED, settings }).Statement
  const wanted = ['ecr:GetLifecyclePolicy', 'ecr:ListTagsForResource', 'ecr:PutLifecyclePolicy']
  expect(repositories?.Action).toEqual(expect.arrayContaining(wanted))
  expect(repositories?.Action).not.toContain('ecr:SetRepositoryPolicy')
  expect(keys).toMatchObject({
    Action: ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'],
    Resource: [key],
    Condition: {
      StringEquals: { 'kms:ViaService': ['ecr.us-east-1.amazonaws.com', 'ecr.eu-west-1.amazonaws.com'] },
    },
  })
  const [statement, ...more] = registryPolicy(GUEST, { ...OPENED, settings }, 'us-east-1').Statement
  expect(more).toEqual([])
  expect(statement?.Action).toEqual(repositories?.Action)
})

test('the templates have one resource each', () => {
  const role = roleTemplate(GUEST, OPENED, { name: 'mirror', path: '/team/', externalId: 'tenant-1' })
  expect(role).toMatchObject({
    Resources: { MirrorRole: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'mirror', Path: '/team/' } } },
  })
  const policy = registryTemplate(GUEST, OPENED)
  expect(policy).toMatchObject({
    Resources: {
      RegistryPolicy: {
        Type: 'AWS::ECR::RegistryPolicy',
        Properties: {
          PolicyText: {
            Statement: [
              {
                Resource: [
                  {
                    'Fn::Join': [
                      ':',
                      ['arn:aws:ecr', { Ref: 'AWS::Region' }, '210987654321:repository/mirror/*'],
                    ],
                  },
                ],
              },
            ],
          },
        },
      },
    },
  })
})
