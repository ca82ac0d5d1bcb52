// The repositories of a registry of another account, in the embedded ECR and STS.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listRepositories } from '../../../registry/ecr/ecr-namespace.ts'
import { createRegistries } from '../../../registry/open.ts'
import { type EcrCloud, startEcrCloud } from '../../support/ecr-cloud.ts'

const OTHER = '210987654321'
const ROLE = { role: `arn:aws:iam::${OTHER}:role/read-images`, externalId: 'tenant-1' }
const NAMESPACE = { account: OTHER, region: 'eu-west-1', beginning: 'team/' }
const SETTINGS = { immutableTags: false, scanOnPush: false }

let aws: EcrCloud
beforeEach(async () => {
  aws = await startEcrCloud({ accounts: [{ account: OTHER, regions: ['eu-west-1'], roles: [ROLE] }] })
  vi.stubEnv('AWS_ENDPOINT_URL_STS', aws.ecr.endpoint)
  const registries = createRegistries()
  for (const [name, tags] of [
    ['team/app', { mirror: 'yes' }],
    ['team/tool', {}],
    ['base/os', { mirror: 'yes' }],
  ] as const) {
    const repository = await registries.ecr('eu-west-1', name, ROLE)
    await repository.ensure({ ...SETTINGS, tags })
  }
  await registries.close()
})
afterEach(() => aws[Symbol.asyncDispose]())

test('lists the repositories of another account with its role', async () => {
  expect(await listRepositories({ ...NAMESPACE, as: ROLE })).toEqual(['team/app', 'team/tool'])
  const tags = { mirror: 'yes' }
  expect(await listRepositories({ ...NAMESPACE, tags, as: ROLE })).toEqual(['team/app'])
})

test('is refused without the role', async () => {
  await expect(listRepositories(NAMESPACE)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('no resource-based policy allows the ecr:DescribeRepositories action'),
  })
})

test('is refused with a role that does not let the account in', async () => {
  const as = { ...ROLE, externalId: 'tenant-2' }
  await expect(listRepositories({ ...NAMESPACE, as })).rejects.toMatchObject({ name: 'AccessDenied' })
})
