import { afterEach, beforeEach, expect, test } from 'vitest'
import { REPOSITORY, startTestRegistry, type TestRegistry } from './registry.ts'

let registry: TestRegistry
beforeEach(async () => {
  registry = await startTestRegistry()
})
afterEach(() => registry[Symbol.asyncDispose]())

test.each(['/v2', '/v2/'])('identifies as a registry at %s', async (path) => {
  const { status, headers } = await registry.ask(path)
  expect([status, headers.get('docker-distribution-api-version')]).toEqual([200, 'registry/2.0'])
})

test.each(['/', '/v1/', '/v2/app', '/v2/app/manifests/', '/v2/%zz/tags/list'])(
  'returns 404 for %s',
  async (path) => {
    expect(await registry.refusal(path)).toEqual([404, 'UNSUPPORTED'])
  },
)

test.each([
  '/v2/Team/app/tags/list',
  '/v2/team//app/tags/list',
  '/v2/..%2fapp/tags/list',
  '/v2/_tags/tags/list',
])('refuses the repository of %s', async (path) => {
  expect(await registry.refusal(path)).toEqual([400, 'NAME_INVALID'])
})

test('serves a repository named like parts of the protocol', async () => {
  const odd = 'manifests/tags/blobs/uploads/x'
  const digest = await registry.upload('content', odd)
  expect(await (await registry.ask(`/v2/${odd}/blobs/${digest}`)).text()).toBe('content')
})

test.each([
  ['PUT', '/v2/app/tags/list'],
  ['POST', '/v2/app/manifests/latest'],
  ['PUT', '/v2/app/blobs/uploads/'],
])('refuses %s %s', async (method, path) => {
  expect(await registry.refusal(path, { method })).toEqual([405, 'UNSUPPORTED'])
})

test('keeps the connection after it refuses a request with a body', async () => {
  const put = { method: 'PUT', body: 'x'.repeat(100_000), headers: { 'content-type': 'text/plain' } }
  for (const _ of [1, 2]) {
    expect(await registry.refusal(`/v2/${REPOSITORY}/manifests/1.0`, put)).toEqual([400, 'MANIFEST_INVALID'])
  }
})
