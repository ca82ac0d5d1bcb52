import { expect, test } from 'vitest'
import type { BlobSource } from '../../../registry/model/registry.ts'
import {
  type Action,
  afterBytes,
  afterReading,
  answer,
  headers,
  loseAnswer,
  refuse,
  reset,
} from '../../support/actions.ts'
import { STALL_MS } from '../../support/client.ts'
import { blobOf, randomBlob, sourceOf } from '../../support/content.ts'
import { seedBlob } from '../../support/seed.ts'
import { COMMIT, preparedUpload, SIZE, START } from '../../support/uploading.ts'

const HEAD = /HEAD .*\/blobs\//

test('uploads a blob with two requests', async () => {
  await using setup = await preparedUpload()
  await setup.put()
  expect((await setup.stored())?.equals(setup.blob.bytes)).toBe(true)
  expect(setup.registry.seen.map(({ method }) => method)).toEqual(['POST', 'PUT'])
})

test.each([
  ['empty', blobOf('')],
  ['tiny', blobOf('x')],
])('uploads an %s blob', async (_, blob) => {
  await using setup = await preparedUpload({ blob })
  await setup.put()
  expect((await setup.stored())?.equals(blob.bytes)).toBe(true)
})

test('row 63: uploads a blob under its sha512 digest', async () => {
  await using setup = await preparedUpload({ blob: blobOf('content', undefined, 'sha512') })
  await setup.put()
  expect((await setup.stored())?.toString()).toBe('content')
})

test('row 19: finds a commit with a lost response by HEAD, and sends nothing twice', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(COMMIT, loseAnswer)
  await setup.put()
  expect(setup.registry.matching(COMMIT)).toHaveLength(1)
  expect(setup.registry.matching(HEAD)).toHaveLength(1)
})

test('row 20: takes a commit with "no such upload" as success if the blob exists', async () => {
  await using setup = await preparedUpload()
  await seedBlob(setup.registry, setup.blob)
  setup.registry.faults.add(COMMIT, afterReading(refuse(404, 'BLOB_UPLOAD_UNKNOWN', 'what upload?')))
  await setup.put()
  expect(setup.registry.matching(COMMIT)).toHaveLength(1)
})

test.each(['BLOB_UPLOAD_UNKNOWN', 'BLOB_UNKNOWN'])(
  'row 20: retries a commit with %s if the blob is missing',
  async (code) => {
    await using setup = await preparedUpload()
    setup.registry.faults.add(COMMIT, afterReading(refuse(404, code, 'what upload?')))
    await setup.put()
    expect((await setup.stored())?.equals(setup.blob.bytes)).toBe(true)
    expect(setup.registry.matching(START)).toHaveLength(2)
  },
)

test.each<[string, RegExp, Action]>([
  ['503 on the start', START, refuse(503, 'UNAVAILABLE', 'later')],
  ['429 on the start', START, refuse(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '2' })],
  ['reset of the start', START, reset],
  ['503 on the commit', COMMIT, afterReading(refuse(503, 'UNAVAILABLE', 'later'))],
  [
    '429 on the commit',
    COMMIT,
    afterReading(refuse(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '2' })),
  ],
  ['reset in the middle of the bytes', COMMIT, afterBytes(SIZE / 2, reset)],
  [
    'an early 503 in the middle of the bytes',
    COMMIT,
    afterBytes(SIZE / 2, answer(503, { connection: 'close' })),
  ],
  ['500 on the HEAD after a lost answer', HEAD, refuse(500, 'UNKNOWN', 'no')],
])('row 18: starts a new session after %s', async (_, on, action) => {
  await using setup = await preparedUpload()
  if (on === HEAD) setup.registry.faults.add(COMMIT, afterReading(reset))
  setup.registry.faults.add(on, action)
  await setup.put()
  expect((await setup.stored())?.equals(setup.blob.bytes)).toBe(true)
  const sessions = setup.registry.matching(COMMIT).map(({ path }) => path.split('?')[0])
  expect(new Set(sessions).size).toBe(sessions.length)
})

test('row 23: stops reading the source at an early refusal', async () => {
  await using setup = await preparedUpload({ blob: randomBlob(20_000_000) })
  setup.registry.faults.add(COMMIT, afterBytes(100_000, refuse(403, 'DENIED', 'no', { connection: 'close' })))
  let given = 0
  let left = false
  const source: BlobSource = {
    size: setup.blob.bytes.length,
    open: async () =>
      (async function* () {
        try {
          for (; given < setup.blob.bytes.length; given += 65_536) {
            yield setup.blob.bytes.subarray(given, given + 65_536)
          }
        } finally {
          left = true
        }
      })(),
  }
  await expect(setup.put(source)).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(given).toBeLessThan(setup.blob.bytes.length)
  await expect.poll(() => left, { timeout: 60_000 }).toBe(true)
})

test('row 30: detects a target that stops accepting bytes', async () => {
  await using setup = await preparedUpload({ blob: randomBlob(20_000_000), timeouts: { stallMs: STALL_MS } })
  setup.registry.faults.add(COMMIT, (request) => void request.pause())
  await setup.put()
  expect(setup.registry.matching(START).length).toBeGreaterThan(1)
})

test('does not blame the target for a slow source', async () => {
  await using setup = await preparedUpload({ timeouts: { stallMs: STALL_MS } })
  const slow: BlobSource = {
    size: SIZE,
    open: async () =>
      (async function* () {
        yield setup.blob.bytes.subarray(0, 10)
        await new Promise((resolve) => setTimeout(resolve, STALL_MS * 1.5))
        yield setup.blob.bytes.subarray(10)
      })(),
  }
  await setup.put(slow)
  expect(setup.registry.matching(START)).toHaveLength(1)
})

test('row 26: cancels the session without a commit if the source is wrong', async () => {
  await using setup = await preparedUpload()
  const wrong = sourceOf(randomBlob(SIZE))
  const failing: BlobSource = {
    size: SIZE,
    open: async () =>
      (async function* () {
        for await (const chunk of await wrong.open()) yield chunk.subarray(0, 1)
        throw new Error('the source broke')
      })(),
  }
  await expect(setup.put(failing)).rejects.toThrow('the source broke')
  expect(setup.registry.matching(/DELETE/)).toHaveLength(1)
  expect(await setup.stored()).toBeUndefined()
})

test('uploads again once after a bit flips on the way to the target', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(COMMIT, afterReading(refuse(400, 'DIGEST_INVALID', 'other bytes')))
  await setup.put()
  expect(setup.source.opened()).toBe(2)
})

test.each(['DIGEST_INVALID', 'SIZE_INVALID'])(
  'row 53: retries verified bytes that the target refuses three times with %s',
  async (code) => {
    await using setup = await preparedUpload()
    setup.registry.faults.add({ on: COMMIT, times: 3 }, afterReading(refuse(400, code, 'other bytes')))
    await setup.put()
    expect(setup.source.opened()).toBe(4)
  },
)

test('row 53: finds the blob of a concurrent upload after DIGEST_INVALID', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(COMMIT, (request, response, handler) => {
    void seedBlob(setup.registry, setup.blob).then(() =>
      afterReading(refuse(400, 'DIGEST_INVALID', 'other bytes'))(request, response, handler),
    )
  })
  await setup.put()
  expect(setup.source.opened()).toBe(1)
  expect(setup.registry.matching(HEAD)).toHaveLength(1)
})

test('blames the target if bits flip every time', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(
    { on: COMMIT, times: 9 },
    afterReading(refuse(400, 'DIGEST_INVALID', 'other bytes')),
  )
  await expect(setup.put()).rejects.toMatchObject({ kind: 'unavailable', code: 'DIGEST_INVALID' })
  expect(setup.source.opened()).toBeGreaterThan(2)
})

test('row 48: explains a refused empty blob, and does not retry it', async () => {
  await using setup = await preparedUpload({ blob: blobOf('') })
  setup.registry.faults.add({ on: COMMIT, times: 9 }, refuse(500, 'UNKNOWN', 'internal error'))
  await expect(setup.put()).rejects.toThrow(/empty blob.*Amazon ECR does not accept empty layers/)
  expect(setup.registry.matching(COMMIT)).toHaveLength(1)
})

test('row 52: fails after one try if the repository is missing', async () => {
  await using setup = await preparedUpload({ quirks: { createOnPush: false } })
  await expect(setup.put()).rejects.toMatchObject({ kind: 'notFound', code: 'NAME_UNKNOWN' })
  expect(setup.registry.matching(START)).toHaveLength(1)
})

test('row 37: gives up on a target after six tries', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add({ on: COMMIT, times: 99 }, afterReading(refuse(500, 'UNKNOWN', 'no')))
  await expect(setup.put()).rejects.toMatchObject({ kind: 'unavailable', status: 500 })
  expect(setup.registry.matching(COMMIT)).toHaveLength(6)
})

test('row 13: starts an upload again if the response has no Location', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(START, headers({ location: undefined }))
  await setup.put()
  expect(setup.registry.matching(START)).toHaveLength(2)
})

test('stops an aborted upload with the reason of the signal', async () => {
  await using setup = await preparedUpload({ blob: randomBlob(20_000_000) })
  setup.registry.faults.add(COMMIT, (request) => void request.pause())
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Error('enough')), 50)
  await expect(setup.put(setup.source, controller.signal)).rejects.toThrow('enough')
})
