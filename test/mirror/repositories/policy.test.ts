import { expect, test } from 'vitest'
import type { RepositoryPolicy } from '../../../mirror/list/repositories/policy-schema.ts'
import {
  admitsNoMore,
  differingStatements,
  mergePolicy,
  ownStatements,
  policyStatements,
} from '../../../mirror/repositories/policy.ts'

const PLACE = { region: 'eu-west-1', partition: 'aws' }
const of = (policy: RepositoryPolicy) => policyStatements(policy, PLACE)
const accounts = (...ids: string[]) => of({ pull: { accounts: ids } })
const LAMBDA_OWN = {
  Sid: 'LambdaECRImageRetrievalPolicy',
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: ['ecr:BatchGetImage'],
}

test('lets an organization, accounts and their Lambda functions pull', () => {
  const pull = { organization: 'o-a1b2c3d4e5', accounts: ['111122223333'], lambda: ['111122223333'] }
  expect(of({ pull })).toEqual([
    {
      Sid: 'ImageMirrorPullOrganization',
      Effect: 'Allow',
      Principal: '*',
      Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
    },
    {
      Sid: 'ImageMirrorPullAccounts',
      Effect: 'Allow',
      Principal: { AWS: ['111122223333'] },
      Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    },
    {
      Sid: 'ImageMirrorPullLambda',
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Condition: { StringLike: { 'aws:sourceArn': ['arn:aws:lambda:eu-west-1:111122223333:function:*'] } },
    },
  ])
})

test('gives statements of the list names of ours, so that they are found again', () => {
  const statement = { Effect: 'Deny', Principal: '*', Action: 'ecr:DeleteRepository' } as const
  const statements = of({ statements: [{ ...statement, Sid: 'NoDeletes' }, statement] })
  expect(statements.map(({ Sid }) => Sid)).toEqual(['ImageMirrorNoDeletes', 'ImageMirrorStatement2'])
})

test("replaces our statements and keeps those of others, with the document's head", () => {
  const before = JSON.stringify({
    Version: '2008-10-17',
    Id: 'x',
    Statement: [LAMBDA_OWN, ...accounts('111122223333')],
  })
  const merged = mergePolicy(before, accounts('444455556666'))
  expect(JSON.parse(merged)).toEqual({
    Version: '2008-10-17',
    Id: 'x',
    Statement: [LAMBDA_OWN, ...accounts('444455556666')],
  })
  expect(ownStatements(merged)).toEqual(accounts('444455556666'))
})

test.each([
  [
    'root ARNs for ids of accounts',
    { AWS: ['arn:aws:iam::444455556666:root', 'arn:aws:iam::111122223333:root'] },
  ],
  ['another order', { AWS: ['444455556666', '111122223333'] }],
])('finds principals the same: %s', (_, Principal) => {
  const [statement] = accounts('111122223333', '444455556666')
  expect(
    differingStatements([{ ...statement, Principal }], accounts('111122223333', '444455556666')),
  ).toEqual([])
})

test('finds statements the same whose lists, keys and letters differ', () => {
  const wanted = of({
    statements: [
      {
        Sid: 'A',
        Effect: 'Allow',
        Principal: { AWS: ['111122223333'] },
        Action: ['ecr:PutImage'],
        Condition: { StringLike: { 'aws:SourceArn': ['a'] } },
      },
    ],
  })
  const found = [
    {
      Condition: { StringLike: { 'AWS:sourcearn': 'a' } },
      Action: 'ecr:putimage',
      Principal: { AWS: 'arn:aws-cn:iam::111122223333:root' },
      Effect: 'Allow',
      Sid: 'ImageMirrorA',
    },
  ]
  expect(differingStatements(found, wanted)).toEqual([])
})

test('names statements that are missing, changed or no longer wanted', () => {
  const found = [...accounts('111122223333'), ...of({ pull: { organization: 'o-a1b2c3d4e5' } })]
  const wanted = [...accounts('444455556666'), ...of({ pull: { lambda: ['111122223333'] } })]
  expect(differingStatements(found, wanted)).toEqual([
    'ImageMirrorPullAccounts',
    'ImageMirrorPullLambda',
    'ImageMirrorPullOrganization',
  ])
})

const deny = of({ statements: [{ Sid: 'D', Effect: 'Deny', Principal: '*', Action: 'ecr:PutImage' }] })

test.each([
  ['fewer accounts', accounts('111122223333', '444455556666'), accounts('111122223333'), true],
  ['more accounts', accounts('111122223333'), accounts('111122223333', '444455556666'), false],
  ['a first statement', [], accounts('111122223333'), false],
  ['no statement any more', accounts('111122223333'), [], true],
  ['one more denial', accounts('111122223333'), [...accounts('111122223333'), ...deny], true],
  ['a denial less', deny, [], false],
  [
    'another organization',
    of({ pull: { organization: 'o-a1b2c3d4e5' } }),
    of({ pull: { organization: 'o-z9y8x7w6v5' } }),
    false,
  ],
  [
    'fewer actions',
    accounts('111122223333'),
    of({
      statements: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'ecr:BatchGetImage' }],
    }),
    true,
  ],
  [
    'more actions',
    accounts('111122223333'),
    of({ statements: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'ecr:PutImage' }] }),
    false,
  ],
  [
    'a condition less',
    of({ pull: { organization: 'o-a1b2c3d4e5' } }),
    of({ statements: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }] }),
    false,
  ],
])('%s admits no more: %#', (_, before, after, expected) => {
  expect(admitsNoMore(before, after)).toBe(expected)
})

test('refuses to merge into what is not a policy', () => {
  expect(() => mergePolicy('{"Statement": 1}', [])).toThrow()
})
