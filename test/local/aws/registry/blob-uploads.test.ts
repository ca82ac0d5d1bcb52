import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../../../local/aws/registry/digest.ts'
import { REPOSITORY, startTestRegistry, type TestRegistry } from './registry.ts'

const UPLOADS = `/v2/${REPOSITORY}/blobs/uploads/`
let registry: TestRegistry
beforeEach(async () => {
  registry = await startTestRegistry()
})
afterEach(() => registry[Symbol.asyncDispose]())

async function begin(path = UPLOADS): Promise<string> {
  const answer = await registry.ask(path, { method: 'POST' })
  expect(answer.status).toBe(202)
  return answer.headers.get('location') ?? ''
}

const blobAt = async (digest: string, repository = REPOSITORY) =>
  (await registry.ask(`/v2/${repository}/blobs/${digest}`)).text()

test.each(['sha256', 'sha512'] as const)('accepts a blob in one PUT, with %s', async (algorithm) => {
  const digest = digestOf('hello', algorithm)
  const answer = await registry.ask(`${await begin()}?digest=${digest}`, { method: 'PUT', body: 'hello' })
  expect(answer.status).toBe(201)
  expect(answer.headers.get('docker-content-digest')).toBe(digest)
  expect(await blobAt(digest)).toBe('hello')
})

test('accepts a blob in the POST itself', async () => {
  const digest = digestOf('hello')
  const answer = await registry.ask(`${UPLOADS}?digest=${digest}`, { method: 'POST', body: 'hello' })
  expect([answer.status, answer.headers.get('location')]).toEqual([201, `/v2/${REPOSITORY}/blobs/${digest}`])
  expect(await blobAt(digest)).toBe('hello')
})

test('accepts a blob in chunks, and reports the progress', async () => {
  const location = await begin()
  const patch = (body: string, range: string) =>
    registry.ask(location, { method: 'PATCH', body, headers: { 'content-range': range } })
  const first = await patch('hello ', '0-5')
  expect([first.status, first.headers.get('range')]).toEqual([202, '0-5'])
  await patch('wor', '6-8')
  const status = await registry.ask(location)
  expect([status.status, status.headers.get('range')]).toEqual([204, '0-8'])
  const digest = digestOf('hello world')
  const last = await registry.ask(`${location}?digest=${digest}`, { method: 'PUT', body: 'ld' })
  expect(last.status).toBe(201)
  expect(await blobAt(digest)).toBe('hello world')
})

test('refuses a chunk out of order with 416, and continues the upload', async () => {
  const location = await begin()
  const refused = await registry.refusal(location, {
    method: 'PATCH',
    body: 'late',
    headers: { 'content-range': '10-13' },
  })
  expect(refused).toEqual([416, 'BLOB_UPLOAD_INVALID'])
  expect((await registry.ask(location)).status).toBe(204)
})

test('refuses and discards bytes with another digest', async () => {
  const digest = digestOf('hello')
  const location = await begin()
  const put = { method: 'PUT', body: 'HELLO' }
  expect(await registry.refusal(`${location}?digest=${digest}`, put)).toEqual([400, 'DIGEST_INVALID'])
  expect((await registry.ask(`/v2/${REPOSITORY}/blobs/${digest}`)).status).toBe(404)
  expect(await registry.refusal(location)).toEqual([404, 'BLOB_UPLOAD_UNKNOWN'])
})

test.each(['sha256:abc', 'md5:d41d8cd98f00b204e9800998ecf8427e', ''])(
  'refuses the digest "%s"',
  async (digest) => {
    const put = { method: 'PUT', body: 'x' }
    expect(await registry.refusal(`${await begin()}?digest=${digest}`, put)).toEqual([400, 'DIGEST_INVALID'])
  },
)

test('forgets a cancelled upload', async () => {
  const location = await begin()
  expect((await registry.ask(location, { method: 'DELETE' })).status).toBe(204)
  expect(await registry.refusal(location)).toEqual([404, 'BLOB_UPLOAD_UNKNOWN'])
})

test('accepts an upload only in its repository', async () => {
  const location = await begin()
  await registry.store.repositories.create('other')
  expect(await registry.refusal(location.replace(REPOSITORY, 'other'))).toEqual([404, 'BLOB_UPLOAD_UNKNOWN'])
})

test('mounts a blob of a sibling repository', async () => {
  const digest = await registry.upload('shared', 'team/base')
  const answer = await registry.ask(`${UPLOADS}?mount=${digest}&from=team/base`, { method: 'POST' })
  expect([answer.status, answer.headers.get('location')]).toEqual([201, `/v2/${REPOSITORY}/blobs/${digest}`])
  expect(await blobAt(digest)).toBe('shared')
})

test.each([
  ['the sibling lacks it', `mount=${digestOf('unheard of')}&from=team/base`],
  ['no sibling is named', `mount=${digestOf('shared')}`],
])('continues a mount as an upload if %s', async (_, query) => {
  await registry.upload('shared', 'team/base')
  const location = await begin(`${UPLOADS}?${query}`)
  const digest = digestOf('shared')
  const put = await registry.ask(`${location}?digest=${digest}`, { method: 'PUT', body: 'shared' })
  expect(put.status).toBe(201)
})

test('hides a blob from repositories that it was not pushed to', async () => {
  const digest = await registry.upload('private', 'team/base')
  await registry.store.repositories.create(REPOSITORY)
  expect(await registry.refusal(`/v2/${REPOSITORY}/blobs/${digest}`)).toEqual([404, 'BLOB_UNKNOWN'])
})

test('keeps the received bytes of an interrupted upload', async () => {
  const location = await begin()
  const cut = new AbortController()
  const body = new ReadableStream({
    start: (stream) => stream.enqueue(Buffer.from('hello ')),
    pull: async () => {
      await seenBytes(location, 6)
      cut.abort()
    },
  })
  const broken = registry.ask(location, {
    method: 'PATCH',
    body,
    signal: cut.signal,
    duplex: 'half',
  } as RequestInit)
  await expect(broken).rejects.toThrow()
  const digest = digestOf('hello world')
  const put = await untilFree(() =>
    registry.ask(`${location}?digest=${digest}`, { method: 'PUT', body: 'world' }),
  )
  expect(put.status).toBe(201)
})

/** Resolves when the upload reports this number of bytes. */
async function seenBytes(location: string, count: number): Promise<void> {
  const status = await registry.ask(location)
  if (status.headers.get('range') !== `0-${count - 1}`) return seenBytes(location, count)
}

/** The server detects a closed connection with a delay. */
async function untilFree(ask: () => Promise<Response>): Promise<Response> {
  const answer = await ask()
  return answer.status === 416 ? untilFree(ask) : answer
}
