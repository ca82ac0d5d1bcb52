// Permissions of Plan on the places that a list names, and on the namespaces of ECR.
import { expect, test } from 'vitest'
import { accessOf } from '../../../infra/iam/access.ts'
import { listNamespaces, readPlaces } from '../../../infra/iam/elsewhere.ts'
import type { Grant } from '../../../infra/iam/grant.ts'
import { copyToTargets, lookAtSources } from '../../../infra/iam/permissions.ts'
import { listOf, testStack, textOf } from '../templates.ts'

const stack = testStack()
const granted = (grants: readonly Grant[]) =>
  grants
    .filter(({ resources }) => resources.length > 0)
    .flatMap(({ actions, resources }) =>
      actions.map((action) => `${action} ${resources.map((arn) => textOf(stack.resolve(arn))).join(' ')}`),
    )

test('grants no access to places for a list without any', () => {
  expect(granted([...readPlaces(stack, listOf()), ...listNamespaces(stack, listOf())])).toEqual([])
})

const HERE = 'us-east-1:<AWS::AccountId>'

test.each([
  ['s3://lists/team/images.yaml', 's3:GetObject', 's3:::lists/team/images.yaml'],
  ['ssm:/mirror/images', 'ssm:GetParameter', `ssm:${HERE}:parameter/mirror/images`],
  ['ssm:images', 'ssm:GetParameter', `ssm:${HERE}:parameter/images`],
  ['ssm:/mirror/', 'ssm:GetParametersByPath', `ssm:${HERE}:parameter/mirror`],
  ['dynamodb:mirror', 'dynamodb:Scan', `dynamodb:${HERE}:table/mirror`],
])('grants exactly %s', (imagesFrom, action, resource) => {
  expect(granted(readPlaces(stack, listOf({ imagesFrom })))).toEqual([
    `${action} arn:<AWS::Partition>:${resource}`,
  ])
})

test('allows writing to allowedRepositories, besides those below the prefix', () => {
  const { targets } = accessOf(stack, listOf({ allowedRepositories: ['team/*', 'golang'] }))
  expect(targets).toEqual(['mirror/*', 'team/*', 'golang'])
})

test('grants the repositories of a namespace by its pattern, and their tags only where the list asks', () => {
  const host = '210987654321.dkr.ecr.eu-west-1.amazonaws.com'
  const tags = { include: ['latest'] }
  const images = [
    { source: `${host}/team/*`, tags },
    { source: `${host}/base-*`, tags, sourceTags: { mirror: 'yes' } },
  ]
  const list = listOf({ images, prefix: undefined })
  expect(granted(listNamespaces(stack, list))).toEqual([
    expect.stringMatching(/^ecr:DescribeRepositories arn:[^ ]+:eu-west-1:210987654321:repository\/\*$/),
    expect.stringMatching(/^ecr:ListTagsForResource arn:[^ ]+:eu-west-1:210987654321:repository\/base-\*$/),
  ])
  const access = accessOf(stack, list)
  expect(access.targets).toEqual(['team/*', 'base-*'])
  expect(granted(lookAtSources(stack, access))).toContainEqual(
    expect.stringMatching(/^ecr:ListImages arn:[^ ]+:repository\/team\/\* arn:[^ ]+:repository\/base-\*$/),
  )
  expect(granted(copyToTargets(stack, access))).toContainEqual(
    expect.stringMatching(/^ecr:PutImage arn:[^ ]+:repository\/team\/\* /),
  )
})

test('lets Plan assume the role of a namespace in another account, and of no other source', () => {
  const host = (account: string) => `${account}.dkr.ecr.eu-west-1.amazonaws.com`
  const role = (account: string) => `arn:aws:iam::${account}:role/read-images`
  const accounts = ['210987654321', '333333333333']
  const registries = Object.fromEntries(accounts.map((one) => [host(one), { role: role(one) }]))
  const images = [
    {
      source: `${host('210987654321')}/team/*`,
      tags: { include: ['latest'] },
      sourceTags: { mirror: 'yes' },
    },
    `${host('333333333333')}/app:1`,
  ]
  expect(granted(listNamespaces(stack, listOf({ images, registries })))).toEqual([
    `sts:AssumeRole ${role('210987654321')}`,
  ])
})

test('allows writing allowedRepositories in other accounts too, unless they have names of their own', () => {
  const account = { account: '210987654321', regions: ['eu-west-1'] }
  const targets = {
    prod: account,
    stage: { ...account, namespace: 'in' },
    flat: { ...account, repository: '{flat}' },
  }
  const list = listOf({
    targets,
    defaults: { targets: Object.keys(targets) },
    allowedRepositories: ['team/*'],
  })
  const names = accessOf(stack, list).otherAccounts.map((other) => other.targets)
  expect(names).toEqual([['mirror/*', 'team/*'], ['in/*'], expect.arrayContaining(['team/*'])])
})
