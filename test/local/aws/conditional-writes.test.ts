// Preconditions of writes to the embedded S3.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
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

const MIB = 1024 * 1024

function upload(Key: string, Body: string, condition: Condition = {}) {
  const params = { Bucket: 'work', Key, Body, ...condition }
  return new Upload({ client: bucket.client, params, partSize: 5 * MIB, leavePartsOnError: true }).done()
}

test('completes an upload in parts only if the object is the expected one', async () => {
  const long = 'x'.repeat(6 * MIB)
  const { ETag } = await upload('parts', long, { IfNoneMatch: '*' })
  await expect(upload('parts', long, { IfNoneMatch: '*' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
  })
  await upload('parts', `${long}y`, { IfMatch: ETag })
  await expect(upload('parts', long, { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  const { ContentLength } = await bucket.client.send(new HeadObjectCommand({ Bucket: 'work', Key: 'parts' }))
  expect(ContentLength).toBe(6 * MIB + 1)
})

test('lets one of several concurrent uploads in parts win, and no part of another', async () => {
  const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(6 * MIB))
  const ends = await Promise.allSettled(
    texts.map((text) => upload('race-in-parts', text, { IfNoneMatch: '*' })),
  )
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
  const { Body } = await bucket.client.send(new GetObjectCommand({ Bucket: 'work', Key: 'race-in-parts' }))
  const winner = texts[ends.findIndex(({ status }) => status === 'fulfilled')]
  expect((await Body?.transformToString()) === winner).toBe(true)
})

test('accepts a long object in one request', async () => {
  await put('long', 'x'.repeat(12 * MIB))
  const { ContentLength } = await bucket.client.send(new HeadObjectCommand({ Bucket: 'work', Key: 'long' }))
  expect(ContentLength).toBe(12 * MIB)
})
