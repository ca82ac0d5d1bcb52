// Settings of a whole registry: replication, pull-through cache rules and its policy.
import {
  CreatePullThroughCacheRuleCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRegistryCommand,
  GetRegistryPolicyCommand,
  PutRegistryPolicyCommand,
  PutReplicationConfigurationCommand,
  paginateDescribePullThroughCacheRules,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ACCOUNT, startTestCloud, type TestCloud } from './cloud.ts'

let cloud: TestCloud
beforeEach(async () => {
  cloud = await startTestCloud()
})
afterEach(() => cloud[Symbol.asyncDispose]())

const createRule = (ecrRepositoryPrefix: string) =>
  cloud.home.send(
    new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix, upstreamRegistryUrl: 'quay.io' }),
  )

test('replicates nothing until it is configured, each region on its own', async () => {
  const rulesIn = async (region: string) =>
    (await cloud.client(region).send(new DescribeRegistryCommand({}))).replicationConfiguration?.rules
  expect(await rulesIn('us-east-1')).toEqual([])
  const rules = [{ destinations: [{ region: 'eu-west-1', registryId: ACCOUNT }] }]
  await cloud.home.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }))
  expect(await rulesIn('us-east-1')).toEqual(rules)
  expect(await rulesIn('eu-west-1')).toEqual([])
})

test('lists pull-through cache rules in pages', async () => {
  for (const prefix of ['quay', 'ROOT', 'team/quay']) await createRule(prefix)
  const found: (string | undefined)[][] = []
  for await (const { pullThroughCacheRules = [] } of paginateDescribePullThroughCacheRules(
    { client: cloud.home, pageSize: 2 },
    {},
  ))
    found.push(pullThroughCacheRules.map(({ ecrRepositoryPrefix }) => ecrRepositoryPrefix))
  expect(found).toEqual([['ROOT', 'quay'], ['team/quay']])
  const all = await cloud.home.send(new DescribePullThroughCacheRulesCommand({}))
  expect(all.pullThroughCacheRules?.[0]).toMatchObject({
    registryId: ACCOUNT,
    upstreamRegistryUrl: 'quay.io',
  })
})

test('refuses a second rule with the same prefix, and invalid prefixes', async () => {
  await createRule('quay')
  await expect(createRule('quay')).rejects.toMatchObject({
    name: 'PullThroughCacheRuleAlreadyExistsException',
  })
  for (const prefix of ['q', 'Quay', 'q'.repeat(31)])
    await expect(createRule(prefix), prefix).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('has no registry policy until one is set, and accepts only JSON', async () => {
  const get = () => cloud.home.send(new GetRegistryPolicyCommand({}))
  const put = (policyText: string) => cloud.home.send(new PutRegistryPolicyCommand({ policyText }))
  await expect(get()).rejects.toMatchObject({ name: 'RegistryPolicyNotFoundException' })
  await expect(put('no JSON')).rejects.toMatchObject({ name: 'InvalidParameterException' })
  await put('{"Version":"2012-10-17"}')
  expect(await get()).toMatchObject({ registryId: ACCOUNT, policyText: '{"Version":"2012-10-17"}' })
})
