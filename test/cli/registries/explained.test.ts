// What a user without AWS credentials, or without a way to AWS, reads of a list with regions.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { explained } from '../../../cli/registries/explained.ts'
import { RegistryError } from '../../../registry/model/errors.ts'
import { createRegistries } from '../../../registry/open.ts'
import { multiArch } from '../../copy/images.ts'
import { listen } from '../../support/listen.ts'
import { openPlanWorld, type PlanWorld } from '../plan/world.ts'
import { openSyncWorld, type SyncWorld } from '../sync/world.ts'

const NONE = 'There are no AWS credentials: Could not load credentials from any providers. Set AWS_PROFILE to'

let cloud: PlanWorld
let world: SyncWorld
beforeEach(async () => {
  cloud = await openPlanWorld()
  world = await openSyncWorld()
  const build = await world.source.build('team/app')
  await multiArch(build, '1.0')
})
afterEach(async () => {
  await world[Symbol.asyncDispose]()
  await cloud[Symbol.asyncDispose]()
})

function forgetCredentials(): void {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials')
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config')
}

async function closeAws(): Promise<void> {
  const { address, [Symbol.asyncDispose]: close } = await listen(() => {})
  await close()
  vi.stubEnv('AWS_ENDPOINT_URL_ECR', `http://${address}`)
}

/** A list for two regions and a registry. */
function mixed(): string {
  const entry = `{source: '${world.source.address}/team/app:1.0', targets: [regions, one]}`
  return `regions: [us-east-1, eu-west-1]\n${world.listOf(entry)}`
}

test('without credentials, plan and sync end without a result if all targets are in ECR', async () => {
  forgetCredentials()
  const list = cloud.listOf(`${world.source.address}/team/app:1.0`)
  const ending = { name: 'AwsProblem', message: expect.stringContaining(NONE) }
  await expect(cloud.run(list)).rejects.toMatchObject(ending)
  await expect(world.run(list)).rejects.toMatchObject(ending)
})

test('without credentials, other targets are mirrored, and the reason is said once', async () => {
  forgetCredentials()
  const { status, out } = await world.run(mixed())
  expect(status).toBe(1)
  expect(out).toContain('-> us-east-1, eu-west-1: failed, AccessDenied\n')
  expect(out.replaceAll(/\n +/g, ' ').split(NONE)).toHaveLength(2)
  expect(out).not.toContain('CredentialsProviderError')
  expect(await world.targets[0].store.tags.find('mirror/team/app', '1.0')).toBeDefined()
})

test('a closed endpoint fails the pairs of ECR, with what to check', async () => {
  await closeAws()
  const { status, out } = await world.run(mixed())
  expect(status).toBe(1)
  expect(out).toContain('-> us-east-1, eu-west-1: failed, RegistryUnavailable\n')
  expect(out.replaceAll(/\n +/g, ' ')).toMatch(
    / AWS cannot be reached: connect ECONNREFUSED \S+\. Check the network, AWS_ENDPOINT_URL_ECR.* and the region\. What/,
  )
  const planned = await cloud.run(cloud.listOf(`${world.source.address}/team/app:1.0`))
  expect(planned.status).toBe(1)
  expect(planned.printed).toContain('failed: RegistryUnavailable: AWS cannot be reached: ')
})

test.each([
  [
    'a missing permission',
    'AccessDeniedException',
    'User: dev is not authorized to perform: ecr:GetAuthorizationToken',
  ],
  ['an answer without a known fix', 'ServerException', 'an internal failure'],
])('keeps the text of AWS for %s', async (_, name, message) => {
  const cause = Object.assign(new Error(message), { name })
  const error = new RegistryError(`ECR in us-east-1: ${message}`, { kind: 'unauthorized', cause })
  const closed = { ...createRegistries(), ecr: () => Promise.reject(error) }
  await expect(explained(closed).ecr('us-east-1', 'any')).rejects.toBe(error)
  await closed.close()
})
