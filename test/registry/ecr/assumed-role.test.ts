// Repositories of another account, reached by a role, in the embedded ECR and STS.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Registries } from '../../../registry/model/registry.ts'
import { createRegistries } from '../../../registry/open.ts'
import { randomBlob } from '../../support/content.ts'
import { type EcrCloud, startEcrCloud } from '../../support/ecr-cloud.ts'

const OTHER = '210987654321'
const ROLE = { role: `arn:aws:iam::${OTHER}:role/image-mirror`, externalId: 'tenant-1' }
const SETTINGS = { immutableTags: true, scanOnPush: true, tags: {} }
const HOUR = 3_600_000

let aws: EcrCloud
let registries: Registries
beforeEach(async () => {
  aws = await startEcrCloud({
    accounts: [{ account: OTHER, regions: ['eu-west-1'], roles: [ROLE] }],
    // The clock that a test sets, and not the one of the process.
    now: () => Date.now(),
  })
  vi.stubEnv('AWS_ENDPOINT_URL_STS', aws.ecr.endpoint)
  registries = createRegistries({ retry: { attempts: 2, baseMs: 1, maxMs: 2 } })
})
afterEach(async () => {
  vi.useRealTimers()
  await registries.close()
  await aws[Symbol.asyncDispose]()
})

const assumed = () => aws.ecr.calls.filter(({ action }) => action === 'AssumeRole')

async function pushTo(repository: Awaited<ReturnType<Registries['ecr']>>) {
  const { bytes, descriptor } = randomBlob(100)
  const open = async () =>
    (async function* () {
      yield bytes
    })()
  await repository.putBlob(descriptor, { size: bytes.length, open })
  return repository.hasBlob(descriptor)
}

test('a repository is made and filled in the account of the role, with one session for a region', async () => {
  const there = await registries.ecr('eu-west-1', 'mirror/app', ROLE)
  await there.ensure(SETTINGS)
  expect(await pushTo(there)).toBe(true)
  expect(assumed()).toMatchObject([{ service: 'sts', region: 'us-east-1', resource: ROLE.role }])
  const made = aws.ecr.calls.filter(({ action }) => action === 'CreateRepository')
  expect(made.map(({ resource }) => resource)).toEqual([
    `arn:aws:ecr:eu-west-1:${OTHER}:repository/mirror/app`,
  ])
  const here = await registries.ecr('eu-west-1', 'mirror/app')
  expect(here.registry).not.toBe(there.registry)
  await expect(here.hasBlob(randomBlob(10).descriptor)).resolves.toBe(false)
})

test('credentials and token are renewed when the session ends in the middle of a copy', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const there = await registries.ecr('eu-west-1', 'mirror/app', ROLE)
  await there.ensure(SETTINGS)
  expect(await pushTo(there)).toBe(true)
  vi.setSystemTime(Date.now() + HOUR + 1000)
  expect(await pushTo(there)).toBe(true)
  expect(await there.tagDigests(['1.0'])).toEqual(new Map())
  expect(assumed()).toHaveLength(2)
})

test.each([
  ['without its external id', { role: ROLE.role }],
  ['with another external id', { ...ROLE, externalId: 'tenant-2' }],
  ['of another name', { ...ROLE, role: `${ROLE.role}-2` }],
])('a role %s cannot be assumed, and the error names the region and the role', async (_, role) => {
  await expect(registries.ecr('eu-west-1', 'mirror/app', role)).rejects.toMatchObject({
    kind: 'unauthorized',
    message: expect.stringMatching(/ECR in eu-west-1.*sts:AssumeRole on resource: arn:aws:iam/),
  })
})

test('a source in another account is read with the role of its host', async () => {
  const host = `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com`
  const environment = { ...process.env, REGISTRY_SETTINGS: JSON.stringify({ [host]: ROLE }) }
  const client = createRegistries({ environment, retry: { attempts: 1 } })
  try {
    await (await registries.ecr('eu-west-1', 'team/app', ROLE)).ensure(SETTINGS)
    const before = assumed().length
    const source = await client.open({ registry: host, repository: 'team/app' })
    expect(await source.listTags()).toEqual([])
    expect(assumed()).toHaveLength(before + 1)
    const read = aws.ecr.calls.filter(({ action }) => action === 'ListImages')
    expect(read.map(({ resource }) => resource)).toEqual([
      `arn:aws:ecr:eu-west-1:${OTHER}:repository/team/app`,
    ])
  } finally {
    await client.close()
  }
})
