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

test('a blob is uploaded with two requests', async () => {
  await using setup = await preparedUpload()
  await setup.put()
  expect((await setup.stored())?.equals(setup.blob.bytes)).toBe(true)
  expect(setup.registry.seen.map(({ method }) => method)).toEqual(['POST', 'PUT'])
})

test.each([
  ['empty', blobOf('')],
  ['tiny', blobOf('x')],
])('an %s blob is uploaded', async (_, blob) => {
  await using setup = await preparedUpload({ blob })
  await setup.put()
  expect((await setup.stored())?.equals(blob.bytes)).toBe(true)
})

test('row 63: a blob with a sha512 digest is uploaded under it', async () => {
  await using setup = await preparedUpload({ blob: blobOf('content', undefined, 'sha512') })
  await setup.put()
  expect((await setup.stored())?.toString()).toBe('content')
})

test('row 19: a commit whose answer is lost is found by HEAD, and nothing is sent twice', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(COMMIT, loseAnswer)
  await setup.put()
  expect(setup.registry.matching(COMMIT)).toHaveLength(1)
  expect(setup.registry.matching(HEAD)).toHaveLength(1)
})

test('row 20: a commit that is answered "no such upload" has worked when the blob is there', async () => {
  await using setup = await preparedUpload()
  await seedBlob(setup.registry, setup.blob)
  setup.registry.faults.add(COMMIT, afterReading(refuse(404, 'BLOB_UPLOAD_UNKNOWN', 'what upload?')))
  await setup.put()
  expect(setup.registry.matching(COMMIT)).toHaveLength(1)
})

test.each(['BLOB_UPLOAD_UNKNOWN', 'BLOB_UNKNOWN'])(
  'row 20: a commit that is answered %s is made again when the blob is not there',
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
])('row 18: %s is followed by an upload in a new session', async (_, on, action) => {
  await using setup = await preparedUpload()
  if (on === HEAD) setup.registry.faults.add(COMMIT, afterReading(reset))
  setup.registry.faults.add(on, action)
  await setup.put()
  expect((await setup.stored())?.equals(setup.blob.bytes)).toBe(true)
  const sessions = setup.registry.matching(COMMIT).map(({ path }) => path.split('?')[0])
  expect(new Set(sessions).size).toBe(sessions.length)
})

test('row 23: an early refusal ends the reading of the source', async () => {
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
  await expect.poll(() => left, { timeout: 5_000 }).toBe(true)
})

test('row 30: a target that stops taking bytes is noticed', async () => {
  await using setup = await preparedUpload({ blob: randomBlob(20_000_000), timeouts: { stallMs: STALL_MS } })
  setup.registry.faults.add(COMMIT, (request) => void request.pause())
  await setup.put()
  expect(setup.registry.matching(START).length).toBeGreaterThan(1)
})

test('a slow source is not a stalled target', async () => {
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

test('row 26: when the source turns out to be wrong, nothing is committed and the session is cancelled', async () => {
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

test('one flipped bit on the way to the target costs one more upload', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(COMMIT, afterReading(refuse(400, 'DIGEST_INVALID', 'other bytes')))
  await setup.put()
  expect(setup.source.opened()).toBe(2)
})

test.each(['DIGEST_INVALID', 'SIZE_INVALID'])(
  'row 53: a target that says %s of verified bytes, three times, is sent them again',
  async (code) => {
    await using setup = await preparedUpload()
    setup.registry.faults.add({ on: COMMIT, times: 3 }, afterReading(refuse(400, code, 'other bytes')))
    await setup.put()
    expect(setup.source.opened()).toBe(4)
  },
)

test('row 53: of two uploads that meet, the one that is told DIGEST_INVALID finds the blob of the other', async () => {
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

test('bits that flip every time are a fault of the target', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(
    { on: COMMIT, times: 9 },
    afterReading(refuse(400, 'DIGEST_INVALID', 'other bytes')),
  )
  await expect(setup.put()).rejects.toMatchObject({ kind: 'unavailable', code: 'DIGEST_INVALID' })
  expect(setup.source.opened()).toBeGreaterThan(2)
})

test('row 48: an empty blob that the registry refuses is explained, and not tried again', async () => {
  await using setup = await preparedUpload({ blob: blobOf('') })
  setup.registry.faults.add({ on: COMMIT, times: 9 }, refuse(500, 'UNKNOWN', 'internal error'))
  await expect(setup.put()).rejects.toThrow(/empty blob.*Amazon ECR does not accept empty layers/)
  expect(setup.registry.matching(COMMIT)).toHaveLength(1)
})

test('row 52: a repository that is not there is one error, and one try', async () => {
  await using setup = await preparedUpload({ quirks: { createOnPush: false } })
  await expect(setup.put()).rejects.toMatchObject({ kind: 'notFound', code: 'NAME_UNKNOWN' })
  expect(setup.registry.matching(START)).toHaveLength(1)
})

test('row 37: a target that always fails is given up after six tries', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add({ on: COMMIT, times: 99 }, afterReading(refuse(500, 'UNKNOWN', 'no')))
  await expect(setup.put()).rejects.toMatchObject({ kind: 'unavailable', status: 500 })
  expect(setup.registry.matching(COMMIT)).toHaveLength(6)
})

test('row 13: an upload that is started without a Location is started again', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(START, headers({ location: undefined }))
  await setup.put()
  expect(setup.registry.matching(START)).toHaveLength(2)
})

test('an aborted upload stops with the reason of the signal', async () => {
  await using setup = await preparedUpload({ blob: randomBlob(20_000_000) })
  setup.registry.faults.add(COMMIT, (request) => void request.pause())
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Error('enough')), 50)
  await expect(setup.put(setup.source, controller.signal)).rejects.toThrow('enough')
})
