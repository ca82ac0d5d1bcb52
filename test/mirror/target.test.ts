// What targets of each kind mean.
import { expect, test } from 'vitest'
import {
  openTarget,
  placeOf,
  placeOfSource,
  regionOf,
  regionTarget,
  repositoryAt,
  type Target,
} from '../../mirror/target.ts'
import type { Repository } from '../../registry/model/registry.ts'

const REGION = regionTarget('eu-west-1')
const HARBOR: Target = {
  id: 'harbor',
  kind: 'registry',
  registry: 'harbor.example.com',
  repository: 'mirror/redis',
  credentials: 'push',
}

const asked: unknown[] = []
const access = {
  registries: {
    ecr: async (...given: unknown[]) => asked.push(given) as never,
    open: async (...given: unknown[]) => asked.push(given) as unknown as Repository,
  },
  readCredentials: async (secret: string) => ({ username: secret, password: 'x' }),
}

test('a region has the repository of the image, another registry its own', () => {
  expect([REGION, HARBOR].map((target) => repositoryAt(target, 'cache/redis'))).toEqual([
    'cache/redis',
    'mirror/redis',
  ])
  expect([REGION, HARBOR].map((target) => placeOf(target, 'cache/redis'))).toEqual([
    'ECR in eu-west-1/cache/redis',
    'harbor.example.com/mirror/redis',
  ])
  expect([REGION, HARBOR].map(regionOf)).toEqual(['eu-west-1', undefined])
})

test('the ECR of another account is opened with its role, and is another place than the own one', async () => {
  asked.length = 0
  const account = '210987654321'
  const role = `arn:aws:iam::${account}:role/mirror`
  const prod: Target = { id: 'prod/eu-west-1', kind: 'account', account, region: 'eu-west-1', role }
  await openTarget(prod, 'cache/redis', access)
  expect(asked).toEqual([['eu-west-1', 'cache/redis', expect.objectContaining({ role })]])
  expect([repositoryAt(prod, 'cache/redis'), regionOf(prod)]).toEqual(['cache/redis', undefined])
  const source = (of: string) => ({
    registry: `${of}.dkr.ecr.eu-west-1.amazonaws.com`,
    repository: 'cache/redis',
  })
  expect(placeOf(prod, 'cache/redis')).toBe(placeOfSource(source(account), '123456789012'))
  expect(placeOf(REGION, 'cache/redis')).toBe(placeOfSource(source('123456789012'), '123456789012'))
  expect(placeOf(REGION, 'cache/redis')).not.toBe(placeOf(prod, 'cache/redis'))
})

test('a region is opened as ECR, another registry with its secret', async () => {
  asked.length = 0
  await openTarget(REGION, 'cache/redis', access)
  await openTarget(HARBOR, 'cache/redis', access)
  const { credentials: _, ...open } = HARBOR as Extract<Target, { kind: 'registry' }>
  await openTarget(open, 'cache/redis', access)
  const there = { registry: 'harbor.example.com', repository: 'mirror/redis' }
  expect(asked).toEqual([
    ['eu-west-1', 'cache/redis'],
    [there, { username: 'push', password: 'x' }],
    [there, undefined],
  ])
})

test.each([
  ['harbor.example.com', 'mirror/Redis', 'lower-case'],
  ['docker.io', 'example/prometheus/node-exporter', 'two parts'],
])('at %s, the name %s fails before a request', async (registry, repository, why) => {
  asked.length = 0
  const opening = openTarget({ ...HARBOR, registry, repository } as Target, 'x/y', access)
  await expect(opening).rejects.toMatchObject({
    name: 'InvalidTarget',
    message: expect.stringContaining(why),
  })
  expect(asked).toEqual([])
})
