// Blobs that are asked for so that their upload has begun where they are missing.
import { expect, test } from 'vitest'
import type { Quirks } from '../../../local/aws/registry/policy.ts'
import { answer } from '../../support/actions.ts'
import { testClient } from '../../support/client.ts'
import { type Blob, randomBlob, sourceOf } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { seedBlob, storedBlob } from '../../support/seed.ts'

const MOUNT = /POST .*mount=/

async function prepared(quirks: Quirks = {}) {
  const stack = new AsyncDisposableStack()
  const registry = stack.use(await startFaultyRegistry({ quirks }))
  const client = stack.use(testClient())
  const repository = await client.open(registry.address)
  let told = 0
  return {
    registry,
    repository,
    put: (blob: Blob) => repository.putBlob(blob.descriptor, sourceOf(blob)),
    find: (blob: Blob) => repository.findOrBegin(blob.descriptor),
    /** What was asked since the last time: the methods, and of a POST whether it was for a link. */
    asked: () => {
      const requests = registry.seen.slice(told)
      told = registry.seen.length
      return requests.map(({ method, path }) => (path.includes('mount=') ? 'mount' : method)).sort()
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** A registry that has shown that it links what it has to where it is. */
async function convinced() {
  const setup = await prepared()
  await setup.put(randomBlob(10))
  await setup.find(randomBlob(10))
  setup.asked()
  return setup
}

test('as long as nothing was uploaded, a blob is looked for as ever', async () => {
  await using setup = await prepared()
  const there = randomBlob(10)
  await seedBlob(setup.registry, there)
  expect(await setup.find(randomBlob(10))).toBe(false)
  expect(await setup.find(there)).toBe(true)
  expect(setup.asked()).toEqual(['HEAD', 'HEAD'])
})

test('after the first upload the registry is asked, once, whether it links what it has to where it is', async () => {
  await using setup = await prepared({ mayMount: async () => false })
  await setup.put(randomBlob(10))
  setup.asked()
  expect(await setup.find(randomBlob(10))).toBe(false)
  // The session that it opened instead is given back.
  expect(setup.asked()).toEqual(['DELETE', 'HEAD', 'mount'])
  expect(await setup.find(randomBlob(10))).toBe(false)
  expect(setup.asked()).toEqual(['HEAD'])
})

test('where it does, the upload of what is missing has begun, and goes on in that session', async () => {
  await using setup = await convinced()
  const blob = randomBlob(1_000)
  expect(await setup.find(blob)).toBe(false)
  await setup.put(blob)
  expect(setup.asked()).toEqual(['PUT', 'mount'])
  expect(await storedBlob(setup.registry, blob)).toEqual(blob.bytes)
})

test('what is said to be linked is looked at, and what comes after it is looked for as ever, until one is missing', async () => {
  await using setup = await convinced()
  const there = randomBlob(10)
  await seedBlob(setup.registry, there)
  expect(await setup.find(there)).toBe(true)
  expect(setup.asked()).toEqual(['HEAD', 'mount'])
  expect(await setup.find(there)).toBe(true)
  expect(await setup.find(randomBlob(10))).toBe(false)
  expect(setup.asked()).toEqual(['HEAD', 'HEAD'])
  expect(await setup.find(randomBlob(10))).toBe(false)
  expect(setup.asked()).toEqual(['mount'])
})

test('a registry that says that it has linked what it does not have is not believed', async () => {
  await using setup = await convinced()
  setup.registry.faults.add(MOUNT, answer(201))
  expect(await setup.find(randomBlob(10))).toBe(false)
  expect(setup.asked()).toEqual(['HEAD', 'mount'])
})

test.each([400, 401, 403, 404, 500, 503])(
  'a question that is answered %i is asked as ever',
  async (status) => {
    await using setup = await convinced()
    const there = randomBlob(10)
    await seedBlob(setup.registry, there)
    setup.registry.faults.add(MOUNT, answer(status))
    expect(await setup.find(there)).toBe(true)
  },
)

test('a registry that cannot be asked at all says so', async () => {
  await using setup = await convinced()
  setup.registry.faults.add({ on: () => true, times: Number.POSITIVE_INFINITY }, answer(403))
  await expect(setup.find(randomBlob(10))).rejects.toMatchObject({ kind: 'unauthorized' })
})

test('an upload that has begun and is given up is cancelled, once', async () => {
  await using setup = await convinced()
  const blob = randomBlob(10)
  await setup.find(blob)
  await setup.repository.giveUp(blob.descriptor)
  await setup.repository.giveUp(blob.descriptor)
  expect(setup.asked()).toEqual(['DELETE', 'mount'])
})

test('where nothing has begun, there is nothing to cancel', async () => {
  await using setup = await convinced()
  const blob = randomBlob(10)
  await setup.find(blob)
  await setup.put(blob)
  await setup.repository.giveUp(blob.descriptor)
  expect(setup.asked()).toEqual(['PUT', 'mount'])
})

test('an upload that has begun and whose source cannot be opened is cancelled', async () => {
  await using setup = await convinced()
  const { descriptor } = randomBlob(10)
  await setup.repository.findOrBegin(descriptor)
  const open = () => Promise.reject(new Error('the source is gone'))
  await expect(setup.repository.putBlob(descriptor, { size: 10, open })).rejects.toThrow('gone')
  expect(setup.asked()).toEqual(['DELETE', 'mount'])
})
