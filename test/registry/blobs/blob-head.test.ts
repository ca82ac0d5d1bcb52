import { expect, test } from 'vitest'
import { answer, headers, refuse } from '../../support/actions.ts'
import { testClient } from '../../support/client.ts'
import { randomBlob, sourceOf } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { listen } from '../../support/listen.ts'
import { seedBlob, storedBlob } from '../../support/seed.ts'

const HEAD = /HEAD .*\/blobs\//
const START = /POST .*\/blobs\/uploads\//
const blob = randomBlob(1000)

async function prepared(repositories: readonly string[] = ['team/app']) {
  const stack = new AsyncDisposableStack()
  const registry = stack.use(await startFaultyRegistry())
  for (const name of repositories) await seedBlob(registry, blob, name)
  const client = stack.use(testClient())
  const repository = await client.open(registry.address)
  return { registry, repository, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('distinguishes existing and missing blobs', async () => {
  await using setup = await prepared()
  expect(await setup.repository.hasBlob(blob.descriptor)).toBe(true)
  expect(await setup.repository.hasBlob(randomBlob(1).descriptor)).toBe(false)
})

test.each([
  ['a size that is not the descriptor’s', headers({ 'content-length': '7' }), false],
  ['no size', answer(200), true],
  ['405', answer(405), false],
])('takes a HEAD with %s as %s', async (_, action, expected) => {
  await using setup = await prepared()
  setup.registry.faults.add(HEAD, action)
  expect(await setup.repository.hasBlob(blob.descriptor)).toBe(expected)
})

test.each([400, 403])('reports an existing blob if storage refuses the HEAD with %i', async (status) => {
  await using setup = await prepared()
  await using storage = await listen((_, response) => void response.writeHead(status).end(), '127.0.0.2')
  setup.registry.faults.add(HEAD, answer(307, { location: `${storage.origin}/blob?signature=1` }))
  expect(await setup.repository.hasBlob(blob.descriptor)).toBe(true)
})

test('misses a blob if a HEAD is redirected to a page without a size', async () => {
  await using setup = await prepared()
  const page = { 'content-type': 'text/html', 'transfer-encoding': 'chunked' }
  await using portal = await listen((_, response) => void response.writeHead(200, page).end(), '127.0.0.2')
  setup.registry.faults.add(HEAD, answer(307, { location: `${portal.origin}/sign-in` }))
  expect(await setup.repository.hasBlob(blob.descriptor)).toBe(false)
})

test('fails if access to the blob is denied', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(HEAD, answer(403))
  await expect(setup.repository.hasBlob(blob.descriptor)).rejects.toMatchObject({ kind: 'unauthorized' })
})

test('retries a HEAD after a 500', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(HEAD, answer(500))
  expect(await setup.repository.hasBlob(blob.descriptor)).toBe(true)
})

test('row 15: completes a mount with 201', async () => {
  await using setup = await prepared(['team/base'])
  expect(await setup.repository.mountBlob(blob.descriptor, 'team/base')).toBe(true)
  expect(await storedBlob(setup.registry, blob)).toEqual(blob.bytes)
  expect(setup.registry.seen).toHaveLength(1)
})

test('row 15: uses the session of a mount with 202 for the upload', async () => {
  await using setup = await prepared(['other/repository'])
  expect(await setup.repository.mountBlob(blob.descriptor, 'team/base')).toBe(false)
  await setup.repository.putBlob(blob.descriptor, sourceOf(blob))
  expect(setup.registry.matching(START)).toHaveLength(1)
  expect(await storedBlob(setup.registry, blob)).toEqual(blob.bytes)
})

test('row 15: starts a new session if the session of a mount is gone', async () => {
  await using setup = await prepared(['other/repository'])
  await setup.repository.mountBlob(blob.descriptor, 'team/base')
  setup.registry.faults.add(/PUT/, refuse(404, 'BLOB_UPLOAD_UNKNOWN', 'gone'))
  await setup.repository.putBlob(blob.descriptor, sourceOf(blob))
  expect(setup.registry.matching(START)).toHaveLength(2)
})

test.each([400, 401, 403, 404, 500, 503])(
  'row 15: treats a mount with %i as declined, not as an error',
  async (status) => {
    await using setup = await prepared(['team/base'])
    setup.registry.faults.add(START, answer(status))
    expect(await setup.repository.mountBlob(blob.descriptor, 'team/base')).toBe(false)
    await setup.repository.putBlob(blob.descriptor, sourceOf(blob))
    expect(setup.registry.matching(START)).toHaveLength(2)
  },
)
