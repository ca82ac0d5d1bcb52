// Preconditions of writes to the embedded S3.
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmulatedBucket, startEmulatedBucket } from '../../store/emulated-bucket.ts'

let bucket: EmulatedBucket

beforeAll(async () => {
  bucket = await startEmulatedBucket()
})
afterAll(() => bucket[Symbol.asyncDispose]())

interface Condition {
  readonly IfMatch?: string | undefined
  readonly IfNoneMatch?: string
}

function put(Key: string, Body: string, condition: Condition = {}) {
  return bucket.client.send(new PutObjectCommand({ Bucket: 'work', Key, Body, ...condition }))
}

test('writes a new object only if there is none', async () => {
  await put('new', 'a', { IfNoneMatch: '*' })
  await expect(put('new', 'b', { IfNoneMatch: '*' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
    $metadata: { httpStatusCode: 412 },
  })
})

test('replaces an object only if it is the expected one', async () => {
  const { ETag } = await put('old', 'a')
  await put('old', 'b', { IfMatch: ETag })
  await expect(put('old', 'c', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await bucket.client.send(new DeleteObjectCommand({ Bucket: 'work', Key: 'old' }))
  await expect(put('old', 'd', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' })
})

test('lets one of several concurrent writes win', async () => {
  const writes = Array.from({ length: 5 }, (_, index) => put('race', String(index), { IfNoneMatch: '*' }))
  const ends = await Promise.allSettled(writes)
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})
