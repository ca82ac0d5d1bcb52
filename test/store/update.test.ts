// Conditional writes, with the SDK against the embedded S3.
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as z from 'zod'
import type { WorkBucket } from '../../store/work-bucket.ts'
import { type EmulatedBucket, startEmulatedBucket } from './emulated-bucket.ts'

const schema = z.strictObject({ count: z.number() })
let bucket: EmulatedBucket
let client: S3Client
let store: WorkBucket
let conflicts = 0
const onUnreadable = vi.fn()

beforeAll(async () => {
  bucket = await startEmulatedBucket(({ action, resource }) => {
    if (action !== 'PutObject' || !resource.endsWith('/busy.json') || conflicts === 0) return undefined
    conflicts--
    return { status: 409, body: '<Error><Code>ConditionalRequestConflict</Code></Error>' }
  })
  ;({ client, store } = bucket)
})
afterAll(() => bucket[Symbol.asyncDispose]())

function add(key: string): Promise<void> {
  return store.updateJson(key, schema, {
    change: (stored) => ({ count: (stored?.count ?? 0) + 1 }),
    onUnreadable,
  })
}

async function textOf(key: string): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'work', Key: key }))
  return Body?.transformToString()
}

test('loses no change of concurrent clients', async () => {
  await Promise.all(Array.from({ length: 6 }, () => add('state/shared.json')))
  expect(await store.readJson('state/shared.json', schema)).toEqual({ count: 6 })
})

test('leaves the document if there is nothing to change', async () => {
  await store.updateJson('state/none.json', schema, { change: () => undefined, onUnreadable })
  expect(await store.findJson('state/none.json', schema)).toBeUndefined()
})

test.each([
  ['text', 'nonsense'],
  ['another document', '{"title":"x"}'],
])('reports %s and replaces it', async (_, text) => {
  onUnreadable.mockClear()
  await client.send(new PutObjectCommand({ Bucket: 'work', Key: 'state/odd.json', Body: text }))
  await add('state/odd.json')
  expect(onUnreadable).toHaveBeenCalledOnce()
  expect(await textOf('state/odd.json')).toBe('{"count":1}')
})

test('tries again while S3 works on another write, for a bounded number of times', async () => {
  conflicts = 2
  await add('state/busy.json')
  expect(await textOf('state/busy.json')).toBe('{"count":1}')
  conflicts = Number.POSITIVE_INFINITY
  await expect(add('state/busy.json')).rejects.toThrow(
    'state/busy.json was changed by others in each of 10 tries',
  )
})
