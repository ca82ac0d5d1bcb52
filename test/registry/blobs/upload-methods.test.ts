import { expect, test } from 'vitest'
import { afterBytes, afterReading, answer, refuse } from '../../support/actions.ts'
import { blobOf, randomBlob, sourceOf } from '../../support/content.ts'
import { COMMIT, preparedUpload, SIZE } from '../../support/uploading.ts'

test('row 63: reports a registry that stores a blob under another digest', async () => {
  await using setup = await preparedUpload({ blob: blobOf('content', undefined, 'sha512') })
  const other = blobOf('content').descriptor.digest
  setup.registry.faults.add(COMMIT, afterReading(answer(201, { 'docker-content-digest': other })))
  await expect(setup.put()).rejects.toMatchObject({ kind: 'unsupported' })
})

test.each([200, 201, 202, 204])('row 16: takes a commit with %i as success', async (status) => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(COMMIT, afterReading(answer(status)))
  await setup.put()
  expect(setup.registry.matching(COMMIT)).toHaveLength(1)
})

test('row 21: falls back from PUT to PATCH, and remembers it', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(
    { on: (request) => COMMIT.test(`${request.method} ${request.url}`) && length(request) > 1000, times: 99 },
    afterBytes(100_000, answer(413, { connection: 'close' })),
  )
  await setup.put()
  expect((await setup.stored())?.equals(setup.blob.bytes)).toBe(true)
  const second = randomBlob(2000)
  const before = setup.registry.seen.length
  await setup.repository.putBlob(second.descriptor, sourceOf(second))
  expect(setup.registry.seen.slice(before).map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PUT'])
})

test('row 21: falls back one step for two uploads that hit the limit at once', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(
    { on: (request) => COMMIT.test(`${request.method} ${request.url}`) && length(request) > 1000, times: 99 },
    afterBytes(100_000, answer(413, { connection: 'close' })),
  )
  const second = randomBlob(SIZE)
  await Promise.all([setup.put(), setup.repository.putBlob(second.descriptor, sourceOf(second))])
  expect(
    setup.registry.matching(/PATCH/).every(({ headers }) => headers['content-range'] === undefined),
  ).toBe(true)
})

test('row 22: fails without a retry if chunks are too large too', async () => {
  await using setup = await preparedUpload()
  setup.registry.faults.add({ on: COMMIT, times: 9 }, afterReading(answer(413)))
  setup.registry.faults.add(/PATCH/, afterReading(answer(413)))
  const tooLarge = refuse(416, 'BLOB_UPLOAD_INVALID', 'request body is too large: 4.00MiB')
  setup.registry.faults.add({ on: /PATCH/, times: 9 }, afterReading(tooLarge))
  await expect(setup.put()).rejects.toMatchObject({ kind: 'refused', status: 416 })
  expect(setup.registry.matching(/PATCH/)).toHaveLength(2)
})

test('rows 17 and 21: falls back from PATCH to chunks, and ignores the Range of the responses', async () => {
  const blob = randomBlob(12 * 1024 * 1024)
  await using setup = await preparedUpload({
    blob,
    quirks: { patchStatus: 201, receivedBytes: () => 10_485_760 },
  })
  setup.registry.faults.add(
    { on: (request) => /PUT|PATCH/.test(request.method ?? '') && length(request) > 11_000_000, times: 99 },
    afterBytes(100_000, answer(413, { connection: 'close' })),
  )
  await setup.put()
  expect((await setup.stored())?.equals(blob.bytes)).toBe(true)
  expect(setup.registry.matching(/PATCH/).map(({ headers }) => headers['content-range'])).toEqual([
    undefined,
    '0-10485759',
    '10485760-12582911',
  ])
})

function length(request: { headers: { 'content-length'?: string | undefined } }): number {
  return Number(request.headers['content-length'] ?? 0)
}
