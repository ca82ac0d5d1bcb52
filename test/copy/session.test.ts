import { afterAll, expect, test } from 'vitest'
import { createSession } from '../../copy/session.ts'
import type { Credentials, Repository } from '../../registry/model/registry.ts'
import { createRegistries } from '../../registry/open.ts'

const registries = createRegistries({ environment: {} })
afterAll(() => registries.close())

const ANN = { username: 'ann', password: 'a' }
const BEN = { username: 'ben', password: 'b' }

function open(repository: string, credentials?: Credentials, registry = 'quay.io'): Promise<Repository> {
  return registries.open({ registry, repository }, credentials)
}

test('repositories of a registry share everything with the same identity', async () => {
  const session = createSession()
  const [one, other] = [session.of(await open('a', ANN)), session.of(await open('b', { ...ANN }))]
  expect(other.stock).toBe(one.stock)
  expect(other.limit).toBe(one.limit)
})

test.each([
  ['another user', BEN],
  ['another password', { ...ANN, password: 'b' }],
  ['no credentials', undefined],
])('with %s, they share no knowledge of blobs and mounts, but the limits', async (_, credentials) => {
  const session = createSession()
  const [one, other] = [session.of(await open('a', ANN)), session.of(await open('b', credentials))]
  expect(other.stock).not.toBe(one.stock)
  expect(other.limit).toBe(one.limit)
  expect(other.pace).toBe(one.pace)
  expect(other.lock).toBe(one.lock)
})

test('registries share nothing', async () => {
  const session = createSession()
  const [one, other] = [session.of(await open('a')), session.of(await open('a', undefined, 'ghcr.io'))]
  expect(other.limit).not.toBe(one.limit)
  expect(other.stock).not.toBe(one.stock)
})
