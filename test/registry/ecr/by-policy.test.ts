// Repositories of another account whose registry policy lets us in, in the embedded ECR.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { registryPolicy } from '../../../mirror/target-account/documents.ts'
import { endpointVariable } from '../../../registry/http/endpoint.ts'
import { type EcrRepository, isEcr, type Registries } from '../../../registry/model/registry.ts'
import { createRegistries } from '../../../registry/open.ts'
import { manifestOf } from '../../support/content.ts'
import { ACCOUNT, type EcrCloud, startEcrCloud } from '../../support/ecr-cloud.ts'

const OTHER = '210987654321'
const HOST = `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com`
const SETTINGS = { immutableTags: false, scanOnPush: true, tags: { team: 'platform' } }
const POLICY = registryPolicy(
  { account: ACCOUNT, roles: ['*'] },
  { account: OTHER, partition: 'aws', regions: ['eu-west-1'], repositories: ['mirror/*'] },
  'eu-west-1',
)

let policies: Record<string, object>
let aws: EcrCloud
let registries: Registries
beforeEach(async () => {
  policies = { 'eu-west-1': POLICY }
  aws = await startEcrCloud({
    accounts: [{ account: OTHER, regions: ['eu-west-1'], roles: [], registryPolicies: policies }],
  })
  const [other] = aws.ecr.others
  const environment = { ...process.env, [endpointVariable(HOST)]: `http://${other?.address}` }
  registries = createRegistries({ environment, retry: { attempts: 2, baseMs: 1, maxMs: 2 } })
})
afterEach(async () => {
  vi.useRealTimers()
  await registries.close()
  await aws[Symbol.asyncDispose]()
})

async function open(repository: string): Promise<EcrRepository> {
  const opened = await registries.open({ registry: HOST, repository })
  if (!isEcr(opened)) throw new Error('not in ECR')
  return opened
}

test('makes a repository there, with the token of our own registry', async () => {
  const there = await open('mirror/app')
  await there.ensure(SETTINGS)
  expect(await there.tagDigests(['1.0'])).toEqual(new Map())
  expect(await there.headManifest('1.0')).toBeUndefined()
  const calls = aws.ecr.calls.map(({ action, resource }) => [action, resource])
  expect(calls).toContainEqual(['GetAuthorizationToken', '*'])
  expect(calls).toContainEqual(['CreateRepository', `arn:aws:ecr:eu-west-1:${OTHER}:repository/mirror/app`])
  expect(calls.map(([action]) => action)).not.toContain('AssumeRole')
})

test('is refused at a repository that the policy does not name', async () => {
  const there = await open('base/app')
  await expect(there.ensure(SETTINGS)).rejects.toMatchObject({ kind: 'unauthorized' })
  await expect(there.headManifest('1.0')).rejects.toMatchObject({ kind: 'unauthorized' })
})

test('explains what a registry policy of version 1 does not allow', async () => {
  // ECR applies such a policy to CreateRepository alone.
  const [statement] = POLICY.Statement
  Object.assign(policies, {
    'eu-west-1': { ...POLICY, Statement: [{ ...statement, Action: ['ecr:CreateRepository'] }] },
  })
  const there = await open('mirror/app')
  const advised = {
    kind: 'unauthorized',
    message: expect.stringMatching(
      /the account 210987654321 must let the account 123456789012 in.*version 1 does not apply.*--value V2/,
    ),
  }
  await expect(there.ensure(SETTINGS)).rejects.toMatchObject(advised)
  await expect(there.putManifest(manifestOf({ schemaVersion: 2 }), '1.0')).rejects.toMatchObject(advised)
})
