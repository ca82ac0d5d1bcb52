import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../../../local/aws/registry/digest.ts'
import { REPOSITORY, startTestRegistry, type TestRegistry } from './registry.ts'

const CONTENT = '0123456789'
const BLOB = `/v2/${REPOSITORY}/blobs/${digestOf(CONTENT)}`
let registry: TestRegistry
beforeEach(async () => {
  registry = await startTestRegistry()
  await registry.upload(CONTENT)
})
afterEach(() => registry[Symbol.asyncDispose]())

test('returns the size and the digest for HEAD', async () => {
  const { status, headers } = await registry.ask(BLOB, { method: 'HEAD' })
  expect(status).toBe(200)
  expect(headers.get('content-length')).toBe('10')
  expect(headers.get('docker-content-digest')).toBe(digestOf(CONTENT))
})

test('returns the bytes for GET', async () => {
  expect(await (await registry.ask(BLOB)).text()).toBe(CONTENT)
})

test.each([
  ['bytes=2-4', '234', 'bytes 2-4/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-3', '789', 'bytes 7-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
])('serves the range %s as %s', async (range, bytes, contentRange) => {
  const answer = await registry.ask(BLOB, { headers: { range } })
  expect([answer.status, await answer.text()]).toEqual([206, bytes])
  expect(answer.headers.get('content-range')).toBe(contentRange)
})

test('refuses a range behind the end with 416', async () => {
  const answer = await registry.ask(BLOB, { headers: { range: 'bytes=10-' } })
  expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */10'])
})

test('ignores an invalid range', async () => {
  const answer = await registry.ask(BLOB, { headers: { range: 'bytes=0-1,4-5' } })
  expect([answer.status, await answer.text()]).toEqual([200, CONTENT])
})

test('deletes a blob in its repository only', async () => {
  const mount = `/v2/other/blobs/uploads/?mount=${digestOf(CONTENT)}&from=${REPOSITORY}`
  await registry.ask(mount, { method: 'POST' })
  expect((await registry.ask(BLOB, { method: 'DELETE' })).status).toBe(202)
  expect(await registry.refusal(BLOB)).toEqual([404, 'BLOB_UNKNOWN'])
  expect((await registry.ask(BLOB.replace(REPOSITORY, 'other'))).status).toBe(200)
})

test('redirects GETs to external storage, and answers HEADs itself', async () => {
  await using elsewhere = await startTestRegistry({
    redirectBlob: (_, digest) => `http://cdn.example/${digest}`,
  })
  await elsewhere.upload(CONTENT)
  const answer = await elsewhere.ask(BLOB)
  expect([answer.status, answer.headers.get('location')]).toEqual([
    307,
    `http://cdn.example/${digestOf(CONTENT)}`,
  ])
  expect((await elsewhere.ask(BLOB, { method: 'HEAD' })).status).toBe(200)
})
