import { afterEach, beforeEach, expect, test } from 'vitest'
import { REPOSITORY, startTestRegistry, type TestRegistry } from './registry.ts'

let registry: TestRegistry
beforeEach(async () => {
  registry = await startTestRegistry()
})
afterEach(() => registry[Symbol.asyncDispose]())

test.each(['/v2', '/v2/'])('%s says that this is a registry', async (path) => {
  const { status, headers } = await registry.ask(path)
  expect([status, headers.get('docker-distribution-api-version')]).toEqual([200, 'registry/2.0'])
})

test.each(['/', '/v1/', '/v2/app', '/v2/app/manifests/', '/v2/%zz/tags/list'])(
  '%s is nothing that a registry has',
  async (path) => {
    expect(await registry.refusal(path)).toEqual([404, 'UNSUPPORTED'])
  },
)

test.each([
  '/v2/Team/app/tags/list',
  '/v2/team//app/tags/list',
  '/v2/..%2fapp/tags/list',
  '/v2/_tags/tags/list',
])('%s names no repository', async (path) => {
  expect(await registry.refusal(path)).toEqual([400, 'NAME_INVALID'])
})

test('a repository may be called like the parts of the protocol', async () => {
  const odd = 'manifests/tags/blobs/uploads/x'
  const digest = await registry.upload('content', odd)
  expect(await (await registry.ask(`/v2/${odd}/blobs/${digest}`)).text()).toBe('content')
})

test.each([
  ['PUT', '/v2/app/tags/list'],
  ['POST', '/v2/app/manifests/latest'],
  ['PUT', '/v2/app/blobs/uploads/'],
])('%s %s is not allowed', async (method, path) => {
  expect(await registry.refusal(path, { method })).toEqual([405, 'UNSUPPORTED'])
})

test('what is refused is told to who has sent a body, on a connection that lives', async () => {
  const put = { method: 'PUT', body: 'x'.repeat(100_000), headers: { 'content-type': 'text/plain' } }
  for (const _ of [1, 2]) {
    expect(await registry.refusal(`/v2/${REPOSITORY}/manifests/1.0`, put)).toEqual([400, 'MANIFEST_INVALID'])
  }
})
