import { expect, test } from 'vitest'
import {
  answer,
  append,
  closeAfter,
  cut,
  flip,
  headers,
  ignoreRange,
  refuse,
  resetAfter,
  stallAfter,
} from '../../support/actions.ts'
import { STALL_MS, testClient } from '../../support/client.ts'
import { blobOf, bytesOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { listen } from '../../support/listen.ts'
import { record } from '../../support/recorder.ts'
import { seedBlob } from '../../support/seed.ts'

const SIZE = 1_000_000
const BREAK_AT = 600_000
const BLOB = /GET .*\/blobs\//

async function prepared(blob = randomBlob(SIZE), timeouts = {}) {
  const registry = await startFaultyRegistry()
  await seedBlob(registry, blob)
  const client = testClient({ timeouts })
  const repository = await client.open(registry.address)
  const stack = new AsyncDisposableStack()
  stack.use(registry)
  stack.use(client)
  const read = async (signal?: AbortSignal) => bytesOf(await repository.blob(blob.descriptor).open(signal))
  return { registry, client, repository, blob, read, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('downloads a blob unchanged', async () => {
  await using setup = await prepared()
  expect((await setup.read()).equals(setup.blob.bytes)).toBe(true)
  expect(setup.registry.seen).toHaveLength(1)
  expect(setup.registry.seen[0]?.headers).toMatchObject({ 'accept-encoding': 'identity' })
})

test('downloads an empty blob', async () => {
  await using setup = await prepared(blobOf(''))
  expect(await setup.read()).toHaveLength(0)
})

test('verifies a blob with a sha512 digest', async () => {
  await using setup = await prepared(blobOf('content', undefined, 'sha512'))
  expect((await setup.read()).toString()).toBe('content')
})

test.each([
  ['row 24: a reset at 60 %', resetAfter(BREAK_AT)],
  ['row 25: a clean end short of the size', closeAfter(BREAK_AT)],
  ['a body cut off with a Content-Length to match', cut(BREAK_AT)],
])('resumes after %s with one request for the rest', async (_, action) => {
  await using setup = await prepared()
  setup.registry.faults.add(BLOB, action)
  expect((await setup.read()).equals(setup.blob.bytes)).toBe(true)
  const [, resumed, ...more] = setup.registry.matching(BLOB)
  expect(Number(/^bytes=(\d+)-$/.exec(resumed?.headers.range ?? '')?.[1])).toBeGreaterThan(0)
  expect(more).toEqual([])
})

test('resumes after three resets in a row', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: BLOB, times: 3 }, resetAfter(200_000))
  expect((await setup.read()).equals(setup.blob.bytes)).toBe(true)
})

test('row 26: fails if the body is longer than the size', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: BLOB, times: 9 }, append(Buffer.alloc(10)))
  await expect(setup.read()).rejects.toMatchObject({ kind: 'invalidContent' })
  expect(setup.registry.matching(BLOB)).toHaveLength(1)
})

test('row 26: fails if a body without Content-Length is longer than the size', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: BLOB, times: 9 }, (_, response) => {
    response.writeHead(200)
    response.write(setup.blob.bytes)
    response.end('more')
  })
  await expect(setup.read()).rejects.toThrow(/sent more than the 1000000 bytes/)
  expect(setup.registry.matching(BLOB)).toHaveLength(1)
})

test('row 26: fails on a wrong digest before it passes on the last bytes', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(BLOB, flip(BREAK_AT))
  let received = 0
  const reading = (async () => {
    for await (const chunk of await setup.repository.blob(setup.blob.descriptor).open())
      received += chunk.length
  })()
  await expect(reading).rejects.toMatchObject({ kind: 'invalidContent', code: 'DIGEST_MISMATCH' })
  expect(received).toBeLessThan(SIZE)
})

test('row 27: skips the received bytes if the registry ignores Range', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(BLOB, resetAfter(BREAK_AT))
  setup.registry.faults.add(BLOB, ignoreRange)
  expect((await setup.read()).equals(setup.blob.bytes)).toBe(true)
})

test('row 27: rejects a Content-Range with another start', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(BLOB, resetAfter(BREAK_AT))
  setup.registry.faults.add(BLOB, headers({ 'content-range': 'bytes 5-9/10' }))
  await expect(setup.read()).rejects.toMatchObject({ kind: 'invalidContent' })
})

test('row 28: asks the registry for a new URL after a presigned one expires', async () => {
  await using setup = await prepared()
  const { blob, registry } = setup
  let expired = true
  const storage = record((request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (start > 0 && expired) {
      expired = false
      response.writeHead(403, { 'content-type': 'application/xml' }).end('<Error>expired</Error>')
      return
    }
    const rest = blob.bytes.subarray(start)
    const range = start > 0 ? { 'content-range': `bytes ${start}-${SIZE - 1}/${SIZE}` } : {}
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length, ...range })
    if (start > 0) response.end(rest)
    else response.write(rest.subarray(0, BREAK_AT), () => response.socket?.end())
  })
  await using server = await listen(storage.listener, '127.0.0.2')
  registry.faults.add(
    { on: BLOB, times: 9 },
    answer(307, { location: `${server.origin}/blob?signature=secret` }),
  )
  expect((await setup.read()).equals(blob.bytes)).toBe(true)
  expect(registry.matching(BLOB)).toHaveLength(3)
})

test('row 29: rejects an encoded body and does not decode it', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: BLOB, times: 9 }, headers({ 'content-encoding': 'gzip' }))
  await expect(setup.read()).rejects.toMatchObject({ kind: 'invalidContent' })
})

test('row 30: detects a stalled source and requests the rest', async () => {
  await using setup = await prepared(undefined, { stallMs: STALL_MS })
  setup.registry.faults.add(BLOB, stallAfter(BREAK_AT))
  expect((await setup.read()).equals(setup.blob.bytes)).toBe(true)
  expect(setup.registry.matching(BLOB).length).toBeGreaterThan(1)
})

test('row 30: treats a source below the minimum rate as stalled', async () => {
  await using setup = await prepared(undefined, { stallMs: STALL_MS, leastRate: 10_000 })
  setup.registry.faults.add({ on: BLOB, times: 1 }, (_, response) => {
    response.writeHead(200, { 'content-length': SIZE })
    const dripping = setInterval(() => response.write('x'), 10)
    response.once('close', () => clearInterval(dripping))
  })
  // The dripped bytes are wrong, so the blob is refused; the test is about how soon.
  await expect(setup.read()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' })
  expect(setup.registry.matching(BLOB).length).toBeGreaterThan(1)
})

test('fails if the source always stalls', async () => {
  await using setup = await prepared(undefined, { stallMs: 50 })
  setup.registry.faults.add({ on: BLOB, times: 99 }, stallAfter(1))
  await expect(setup.read()).rejects.toMatchObject({ kind: 'unavailable' })
  expect(setup.registry.matching(BLOB)).toHaveLength(6)
})

test('does not blame the source for a slow reader', async () => {
  await using setup = await prepared(undefined, { stallMs: STALL_MS })
  const chunks = await setup.repository.blob(setup.blob.descriptor).open()
  let received = 0
  for await (const chunk of chunks) {
    if (received === 0) await new Promise((resolve) => setTimeout(resolve, STALL_MS * 1.5))
    received += chunk.length
  }
  expect(received).toBe(SIZE)
  expect(setup.registry.matching(BLOB)).toHaveLength(1)
})

test('fails with notFound when it opens a missing blob', async () => {
  await using setup = await prepared()
  const other = randomBlob(10)
  await expect(setup.repository.blob(other.descriptor).open()).rejects.toMatchObject({ kind: 'notFound' })
})

test('fails if the stored blob is shorter than its descriptor', async () => {
  await using setup = await prepared()
  const longer = { ...setup.blob.descriptor, size: SIZE + 5 }
  const reading = setup.repository.blob(longer).open().then(bytesOf)
  await expect(reading).rejects.toMatchObject({ kind: 'invalidContent' })
})

test('row 37: retries 503s within its budget', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: BLOB, times: 2 }, refuse(503, 'UNAVAILABLE', 'later'))
  expect((await setup.read()).equals(setup.blob.bytes)).toBe(true)
  expect(setup.client.clock.slept).toEqual([500, 1000])
})

test('stops an aborted download with the reason of the signal', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(BLOB, stallAfter(BREAK_AT))
  const controller = new AbortController()
  const reason = new Error('enough')
  const reading = setup.read(controller.signal)
  setTimeout(() => controller.abort(reason), 50)
  await expect(reading).rejects.toBe(reason)
  expect(setup.registry.matching(BLOB)).toHaveLength(1)
})
