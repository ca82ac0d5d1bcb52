// Modes of tag mutability and their filters, as the embedded ECR refuses and applies them.
import {
  CreateRepositoryCommand,
  type ImageTagMutability,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { builder } from '../../../../../local/upstream/builder.ts'
import { plainSample } from '../../../../../local/upstream/samples.ts'
import { startTestCloud, type TestCloud } from '../cloud.ts'

let cloud: TestCloud
const repositoryName = 'app'

beforeEach(async () => {
  cloud = await startTestCloud()
})
afterEach(() => cloud[Symbol.asyncDispose]())

const filters = (...names: string[]) => names.map((filter) => ({ filterType: 'WILDCARD' as const, filter }))
const create = (
  imageTagMutability: ImageTagMutability,
  imageTagMutabilityExclusionFilters?: ReturnType<typeof filters>,
) =>
  cloud.client().send(
    new CreateRepositoryCommand({
      repositoryName,
      imageTagMutability,
      ...(imageTagMutabilityExclusionFilters && { imageTagMutabilityExclusionFilters }),
    }),
  )

test.each<[string, ImageTagMutability, string[] | undefined, string]>([
  [
    'exclusions without filters',
    'IMMUTABLE_WITH_EXCLUSION',
    undefined,
    "can't be null when imageTagMutability is set as",
  ],
  ['filters without exclusions', 'IMMUTABLE', ['latest'], 'must be null'],
  ['an empty list of filters', 'IMMUTABLE_WITH_EXCLUSION', [], 'imageTagMutabilityExclusionFilters'],
  [
    'six filters',
    'IMMUTABLE_WITH_EXCLUSION',
    ['a', 'b', 'c', 'd', 'e', 'f'],
    'imageTagMutabilityExclusionFilters',
  ],
  ['three wildcards', 'IMMUTABLE_WITH_EXCLUSION', ['*a*b*'], 'at most 2 wildcards'],
  [
    'a filter that no tag can match',
    'IMMUTABLE_WITH_EXCLUSION',
    ['a/b'],
    'imageTagMutabilityExclusionFilters',
  ],
])('refuses %s', async (_, mode, names, why) => {
  const refused = { name: 'InvalidParameterException', message: expect.stringContaining(why) }
  await expect(create(mode, names && filters(...names))).rejects.toMatchObject(refused)
  await create('MUTABLE')
  const later = new PutImageTagMutabilityCommand({
    repositoryName,
    imageTagMutability: mode,
    ...(names && { imageTagMutabilityExclusionFilters: filters(...names) }),
  })
  await expect(cloud.client().send(later)).rejects.toMatchObject(refused)
})

test('lets excluded tags be pushed again, and no others', async () => {
  await create('IMMUTABLE_WITH_EXCLUSION', filters('latest', 'sha256-*'))
  const store = await cloud.store()
  await plainSample('app', ['latest', 'v1'])(builder(store, repositoryName))
  const manifest = async (tag: string) => {
    const headers = { accept: '*/*' }
    const found = await cloud.ask(`/v2/${repositoryName}/manifests/${tag}`, { headers })
    return { body: await found.text(), headers: { 'content-type': found.headers.get('content-type') ?? '' } }
  }
  const again = async (tag: string) =>
    cloud.ask(`/v2/${repositoryName}/manifests/${tag}`, { method: 'PUT', ...(await manifest(tag)) })
  expect((await again('latest')).status).toBe(201)
  const refused = await again('v1')
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain('tag is immutable')
})
