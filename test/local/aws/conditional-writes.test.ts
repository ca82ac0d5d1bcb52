// Preconditions of writes to the embedded S3.
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../../../local/emulator.ts'

let emulator: Emulator
let client: S3Client

beforeAll(async () => {
  emulator = await startEmulator({ account: '123456789012', region: 'us-east-1' })
  client = new S3Client({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  await client.send(new CreateBucketCommand({ Bucket: 'work' }))
})
afterAll(async () => {
  client.destroy()
  await emulator.close()
})

interface Condition {
  readonly IfMatch?: string | undefined
  readonly IfNoneMatch?: string
}

function put(Key: string, Body: string, condition: Condition = {}) {
  return client.send(new PutObjectCommand({ Bucket: 'work', Key, Body, ...condition }))
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
  await client.send(new DeleteObjectCommand({ Bucket: 'work', Key: 'old' }))
  await expect(put('old', 'd', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' })
})

test('lets one of several concurrent writes win', async () => {
  const writes = Array.from({ length: 5 }, (_, index) => put('race', String(index), { IfNoneMatch: '*' }))
  const ends = await Promise.allSettled(writes)
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})
