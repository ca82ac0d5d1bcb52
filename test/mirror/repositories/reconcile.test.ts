// Repositories of the embedded ECR that differ from the list: what is reported, what is changed, and what is left.
import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OnRequest } from '../../../local/aws/call.ts'
import type { RepositorySettings } from '../../../mirror/list/repositories/schema.ts'
import { parseLifecycle } from '../../../mirror/repositories/lifecycle.ts'
import { reconcileSettings } from '../../../mirror/repositories/reconcile.ts'
import { createSettings } from '../../../mirror/repositories/wanted.ts'
import { regionTarget } from '../../../mirror/target.ts'
import type { EcrRepository, Registries } from '../../../registry/model/registry.ts'
import { createRegistries } from '../../../registry/open.ts'
import { ACCOUNT, type EcrCloud, startEcrCloud } from '../../support/ecr-cloud.ts'

const TARGET = regionTarget('eu-west-1')
const repositoryName = 'mirror/app'
const resourceArn = `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/${repositoryName}`
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`
const FULL: RepositorySettings = {
  immutableTags: { except: ['latest', 'sha256-*'] },
  scanOnPush: true,
  encryption: { kms: { 'eu-west-1': KEY } },
  lifecycle: { tagged: [{ tags: ['v*', 'r*'], newest: 10 }], untagged: { days: 14 } },
  policy: { pull: { organization: 'o-a1b2c3d4e5', accounts: ['111122223333', '444455556666'] } },
  tags: { team: 'platform' },
  reconcile: true,
}

let cloud: EcrCloud
let registries: Registries
let repository: EcrRepository
let onRequest: OnRequest

beforeEach(async () => {
  onRequest = () => undefined
  cloud = await startEcrCloud({ onRequest: (call) => onRequest(call) })
  registries = createRegistries()
  repository = await registries.ecr('eu-west-1', repositoryName)
})

afterEach(async () => {
  await registries.close()
  await cloud[Symbol.asyncDispose]()
})

const ecr = () => cloud.client('eu-west-1')
const made = (settings: RepositorySettings) => repository.ensure(createSettings(settings, TARGET))
const reconcile = (settings: RepositorySettings, dryRun = false) =>
  reconcileSettings(repository, settings, TARGET, { dryRun })
const described = async () =>
  (await ecr().send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }))).repositories?.[0]
const lifecycle = async () =>
  parseLifecycle(
    (await ecr().send(new GetLifecyclePolicyCommand({ repositoryName }))).lifecyclePolicyText ?? '',
  )

/** Actions that change something, since a number of earlier calls. */
const changes = (since = 0) =>
  cloud
    .actions()
    .slice(since)
    .filter((action) => /^(Put|Set|Tag|Untag|Create|Delete)/.test(action))

test('finds a repository as it was made, in four requests, whatever order ECR returns', async () => {
  await made(FULL)
  const before = cloud.actions().length
  expect(await reconcile(FULL)).toEqual([])
  expect(cloud.actions().slice(before).sort()).toEqual([
    'DescribeRepositories',
    'GetLifecyclePolicy',
    'GetRepositoryPolicy',
    'ListTagsForResource',
  ])
})

test('asks nothing if the list states nothing, and little if it states little', async () => {
  await made({})
  const before = cloud.actions().length
  expect(await reconcile({ reconcile: true, lifecycle: 'none', policy: 'none', tags: {} })).toEqual([])
  expect(cloud.actions()).toHaveLength(before)
  expect(await reconcile({ scanOnPush: true })).toEqual([])
  expect(cloud.actions().slice(before)).toEqual(['DescribeRepositories', 'ListTagsForResource'])
})

test('leaves a missing repository to Sync', async () => {
  expect(await reconcile(FULL)).toEqual([])
})

test('reports what was changed by hand, and changes nothing without "reconcile"', async () => {
  await made(FULL)
  await changeByHand()
  const before = cloud.actions().length
  const { reconcile: _, ...settings } = FULL
  const warnings = await reconcile(settings)
  expect(warnings).toEqual([
    'repositories.immutableTags: its tags are mutable, and in the list immutable, except for latest, sha256-*; set "repositories.reconcile" to change it',
    'repositories.scanOnPush: its scan on push is off, and in the list on; set "repositories.reconcile" to change it',
    expect.stringMatching(
      /^repositories\.lifecycle: it has no lifecycle policy, and the list "expire v\* beyond/,
    ),
    'repositories.policy: its policy differs from the list in ImageMirrorPullAccounts; set "repositories.reconcile" to change it',
    'repositories.tags: its resource tags differ: team is "b", and in the list "platform"; set "repositories.reconcile" to change it',
  ])
  expect(changes(before)).toEqual([])
})

test('changes back what was made less strict by hand, and only reports what the list would loosen', async () => {
  await made(FULL)
  await changeByHand()
  const warnings = await reconcile(FULL)
  const ends = warnings.map((text) => text.slice(text.lastIndexOf('; ') + 2))
  expect(ends).toEqual([
    'changed to that of the list',
    'changed to that of the list',
    'name "lifecycle" in "repositories.reconcile.loosen" to change it',
    'changed to that of the list',
    'changed to that of the list',
  ])
  expect(await described()).toMatchObject({
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageScanningConfiguration: { scanOnPush: true },
  })
  expect(await reconcile(FULL)).toEqual([expect.stringContaining('repositories.lifecycle: ')])
})

/** Mutable tags, no scan, no lifecycle policy, one more account, another resource tag, and foreign ones of each. */
async function changeByHand(): Promise<void> {
  const client = ecr()
  await client.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: 'MUTABLE' }))
  await client.send(
    new PutImageScanningConfigurationCommand({
      repositoryName,
      imageScanningConfiguration: { scanOnPush: false },
    }),
  )
  await client.send(new DeleteLifecyclePolicyCommand({ repositoryName }))
  await addToPolicy({ Sid: 'Others', Effect: 'Deny', Principal: '*', Action: 'ecr:DeleteRepository' })
  await client.send(
    new TagResourceCommand({
      resourceArn,
      tags: [
        { Key: 'team', Value: 'b' },
        { Key: 'cost', Value: '1' },
      ],
    }),
  )
}

async function addToPolicy(statement: object): Promise<void> {
  const { policyText = '' } = await ecr().send(new GetRepositoryPolicyCommand({ repositoryName }))
  const text = policyText.replaceAll('arn:aws:iam::111122223333:root', 'arn:aws:iam::777788889999:root')
  const policy = JSON.parse(text)
  // 777788889999 may pull in addition to those of the list.
  for (const one of policy.Statement)
    if (one.Sid === 'ImageMirrorPullAccounts') one.Principal.AWS = [...one.Principal.AWS, '111122223333']
  policy.Statement.push(statement)
  await ecr().send(new SetRepositoryPolicyCommand({ repositoryName, policyText: JSON.stringify(policy) }))
}

test("keeps others' statements and resource tags", async () => {
  await made(FULL)
  await changeByHand()
  await reconcile(FULL)
  const { policyText = '' } = await ecr().send(new GetRepositoryPolicyCommand({ repositoryName }))
  expect(policyText).toContain('"Others"')
  expect(policyText).not.toContain('777788889999')
  const { tags } = await ecr().send(new ListTagsForResourceCommand({ resourceArn }))
  expect(tags).toEqual(
    expect.arrayContaining([
      { Key: 'team', Value: 'platform' },
      { Key: 'cost', Value: '1' },
      { Key: 'image-mirror:managed', Value: 'true' },
    ]),
  )
})

test.each<[string, RepositorySettings, RepositorySettings]>([
  ['tags that could move', { immutableTags: true }, { immutableTags: { except: ['latest'] } }],
  ['no scan', { scanOnPush: true }, { scanOnPush: false }],
  [
    'an image that ECR could delete',
    { lifecycle: { any: { newest: 10 } } },
    { lifecycle: { any: { newest: 9 } } },
  ],
  [
    'an account more',
    { policy: { pull: { accounts: ['111122223333'] } } },
    { policy: { pull: { accounts: ['111122223333', '444455556666'] } } },
  ],
])('loosens a repository only if the list says so: %s', async (_, old, next) => {
  await made(old)
  const [key = ''] = Object.keys(next) as ('immutableTags' | 'scanOnPush' | 'lifecycle' | 'policy')[]
  const before = cloud.actions().length
  expect(await reconcile({ ...next, reconcile: true })).toEqual([
    expect.stringContaining(`name "${key}" in "repositories.reconcile.loosen" to change it`),
  ])
  expect(changes(before)).toEqual([])
  const loosen = { ...next, reconcile: { loosen: [key as 'policy'] } }
  expect(await reconcile(loosen)).toEqual([expect.stringMatching(/; changed to that of the list$/)])
  expect(await reconcile(loosen)).toEqual([])
})

test('raises the number that a lifecycle policy keeps, because that deletes less', async () => {
  await made({ lifecycle: { any: { newest: 10 } } })
  const next: RepositorySettings = { lifecycle: { any: { newest: 11 } }, reconcile: true }
  expect(await reconcile(next)).toEqual([expect.stringContaining('changed to that of the list')])
  expect((await lifecycle())?.[0]?.selection.countNumber).toBe(11)
})

test('reports another encryption and leaves it', async () => {
  await made({ reconcile: true })
  const before = cloud.actions().length
  const other: RepositorySettings = { encryption: { kms: { 'eu-west-1': KEY } }, reconcile: true }
  expect(await reconcile(other)).toEqual([
    `repositories.encryption: it is encrypted with AES256, and in the list with ${KEY}; it cannot be changed after the creation of the repository`,
  ])
  expect(changes(before)).toEqual([])
})

test('only reports repositories that the mirror did not make', async () => {
  await ecr().send(new CreateRepositoryCommand({ repositoryName }))
  const before = cloud.actions().length
  expect(await reconcile({ immutableTags: true, reconcile: true })).toEqual([
    'repositories.immutableTags: its tags are mutable, and in the list immutable; it is left as it is, without the resource tag image-mirror:managed',
  ])
  expect(changes(before)).toEqual([])
  await ecr().send(
    new TagResourceCommand({ resourceArn, tags: [{ Key: 'image-mirror:managed', Value: 'true' }] }),
  )
  expect(await reconcile({ immutableTags: true, reconcile: true })).toEqual([
    expect.stringContaining('changed to that of the list'),
  ])
})

test('leaves the documents of a half-made repository to the next build', async () => {
  const mark = { Key: 'image-mirror:managed', Value: 'creating' }
  await ecr().send(new CreateRepositoryCommand({ repositoryName, tags: [mark] }))
  const warnings = await reconcile({
    immutableTags: true,
    lifecycle: { any: { newest: 9 } },
    reconcile: true,
  })
  expect(warnings).toEqual([
    expect.stringContaining('changed to that of the list'),
    expect.stringContaining('its creation was interrupted, and the next build completes it'),
  ])
})

test('changes nothing in a dry run, and says what a run would change', async () => {
  await made({})
  const before = cloud.actions().length
  expect(await reconcile({ immutableTags: true, reconcile: true }, true)).toEqual([
    expect.stringMatching(/; a run will change it$/),
  ])
  expect(changes(before)).toEqual([])
})

const denied =
  (name: string): OnRequest =>
  ({ action }) =>
    action === name
      ? {
          status: 400,
          headers: { 'content-type': 'application/x-amz-json-1.1' },
          body: JSON.stringify({
            __type: 'AccessDeniedException',
            message: `not authorized to perform ecr:${name}`,
          }),
        }
      : undefined

test('reports settings that it may not read or change, and goes on with the others', async () => {
  await made({})
  onRequest = denied('PutImageTagMutability')
  const settings: RepositorySettings = { immutableTags: true, tags: { team: 'a' }, reconcile: true }
  expect(await reconcile(settings)).toEqual([
    expect.stringMatching(
      /^repositories\.immutableTags: .*could not be changed: .*not authorized to perform ecr:Put/,
    ),
    expect.stringContaining('changed to that of the list'),
  ])
  onRequest = denied('ListTagsForResource')
  expect(await reconcile(settings)).toEqual([
    expect.stringMatching(
      /^the settings of the repository could not be compared with the list: .*ecr:ListTags/,
    ),
  ])
})
