// The IAM identity for ECR Public, with a real API and registry on loopback.
import { json } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isCreatable, type Registries } from '../../../registry/model/registry.ts'
import { createRegistries } from '../../../registry/open.ts'
import { fakeClock } from '../../support/clock.ts'
import { imageOf, randomBlob } from '../../support/content.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'
import { type Listening, listen } from '../../support/listen.ts'
import { seedImage } from '../../support/seed.ts'
import { basicOf, tokenAuth } from '../../support/token-auth.ts'

const USER = { username: 'AWS', password: 'pass:word' }
const TOKEN = Buffer.from(`${USER.username}:${USER.password}`).toString('base64')
const HUB = { registry: 'public.ecr.aws', repository: 'team/app' }
const HOUR_MS = 3600 * 1000

let registry: FaultyRegistry
let api: Listening
let registries: Registries | undefined
let reply: { readonly status: number; readonly body: unknown }
const clock = fakeClock()
const calls: { readonly target: unknown; readonly authorization: string }[] = []
const bodies: unknown[] = []

beforeEach(async () => {
  calls.length = 0
  bodies.length = 0
  reply = { status: 200, body: { authorizationData: { authorizationToken: TOKEN } } }
  registry = await startFaultyRegistry({ quirks: { auth: tokenAuth({ user: USER }) } })
  await seedImage(registry, imageOf([randomBlob(100)]), 'v1')
  api = await listen(async (request, response) => {
    bodies.push(await json(request))
    const { 'x-amz-target': target, authorization = '' } = request.headers
    calls.push({ target, authorization })
    response.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(reply.body))
  })
  vi.stubEnv('AWS_ENDPOINT_URL_ECR_PUBLIC', api.origin)
  vi.stubEnv('AWS_REGION', 'eu-west-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await registries?.close()
  await api[Symbol.asyncDispose]()
  await registry[Symbol.asyncDispose]()
})

const withIam = (host: string) => ({ REGISTRY_SETTINGS: JSON.stringify({ [host]: { credentials: 'iam' } }) })

function open(settings: Readonly<Record<string, string>> = withIam('public.ecr.aws')) {
  const environment = { REGISTRY_ENDPOINT_URL_PUBLIC_ECR_AWS: registry.origin, ...settings }
  registries = createRegistries({ environment, clock, retry: { attempts: 1 } })
  return registries.open(HUB)
}

test('exchanges the API’s token for one of the registry, and sends it to the token server only', async () => {
  const repository = await open()
  expect(await repository.headManifest('v1')).toBeDefined()
  expect(calls).toHaveLength(1)
  expect(calls[0]?.target).toBe('SpencerFrontendService.GetAuthorizationToken')
  expect(calls[0]?.authorization).toContain('/us-east-1/ecr-public/aws4_request')
  const basic = registry.seen.filter(({ headers }) => headers.authorization === basicOf(USER))
  expect(basic.map(({ path }) => path.split('?')[0])).toEqual(['/token'])
})

test('fetches one API token for concurrent reads, and renews it before it expires', async () => {
  const repository = await open()
  await Promise.all(Array.from({ length: 20 }, () => repository.headManifest('v1')))
  expect(calls).toHaveLength(1)
  clock.advance(11 * HOUR_MS)
  await repository.headManifest('v1')
  expect(calls).toHaveLength(1)
  clock.advance(HOUR_MS)
  await repository.headManifest('v1')
  expect(calls).toHaveLength(2)
})

test('reads anonymously without the setting, and does not call the API', async () => {
  await expect((await open({})).headManifest('v1')).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(calls).toEqual([])
})

test('never sends the token to other registries', async () => {
  const settings = { ...withIam('quay.io'), REGISTRY_ENDPOINT_URL_QUAY_IO: registry.origin }
  await open(settings)
  const other = await registries?.open({ ...HUB, registry: 'quay.io' })
  await expect(other?.headManifest('v1')).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(calls).toEqual([])
})

test.each([
  [
    'may not',
    400,
    { __type: 'AccessDeniedException', message: 'no sts:GetServiceBearerToken' },
    'unauthorized',
  ],
  ['gets no token', 200, { authorizationData: {} }, 'unavailable'],
])('reports a role that %s', async (_, status, body, kind) => {
  reply = { status, body }
  const error: unknown = await (await open()).headManifest('v1').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ kind, message: expect.stringContaining('ECR Public') })
})

async function target() {
  const environment = { REGISTRY_ENDPOINT_URL_PUBLIC_ECR_AWS: registry.origin }
  registries = createRegistries({ environment, clock, retry: { attempts: 1 } })
  const opened = await registries.open({ ...HUB, repository: 'a1b2c3d4/team/app' }, 'iam')
  if (!isCreatable(opened)) throw new Error('the repository cannot be created')
  return opened
}

const SETTINGS = { immutableTags: true, scanOnPush: true, tags: { team: 'platform' } }

test('creates a repository without its alias, once', async () => {
  const repository = await target()
  await Promise.all([repository.ensure(SETTINGS), repository.ensure(SETTINGS)])
  expect(calls.map(({ target }) => target)).toEqual(['SpencerFrontendService.CreateRepository'])
  expect(bodies).toEqual([{ repositoryName: 'team/app', tags: [{ Key: 'team', Value: 'platform' }] }])
  expect(calls[0]?.authorization).toContain('/us-east-1/ecr-public/aws4_request')
})

test('a repository that exists is fine', async () => {
  reply = { status: 400, body: { __type: 'RepositoryAlreadyExistsException', message: 'exists' } }
  await expect((await target()).ensure(SETTINGS)).resolves.toBeUndefined()
})

test('a creation that fails is reported, and tried again', async () => {
  reply = {
    status: 400,
    body: { __type: 'AccessDeniedException', message: 'no ecr-public:CreateRepository' },
  }
  const repository = await target()
  const failure = { kind: 'unauthorized', message: expect.stringContaining('ECR Public') }
  await expect(repository.ensure(SETTINGS)).rejects.toMatchObject(failure)
  reply = { status: 200, body: {} }
  await repository.ensure(SETTINGS)
  expect(calls).toHaveLength(2)
})
