// Documents in the work bucket, over a real S3 protocol.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { openWorkBucket, type WorkBucket } from '../../store/work-bucket.ts'
import { type LocalS3, startS3 } from './s3.ts'

let s3: LocalS3
let client: S3Client
let store: WorkBucket
const schema = z.strictObject({ name: z.string() })

beforeAll(async () => {
  s3 = await startS3()
  client = new S3Client()
  store = openWorkBucket('work')
})
afterAll(async () => {
  client.destroy()
  await s3.stop()
})

async function put(bucket: string, key: string, text: string): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }))
}

test('reads a document as it was written', async () => {
  const pointer = await store.writeJson('runs/r/plan.json', { name: 'é "quoted"' }, 7)
  expect(pointer).toEqual({ bucket: 'work', key: 'runs/r/plan.json', count: 7 })
  expect(await store.readJson('runs/r/plan.json', schema)).toEqual({ name: 'é "quoted"' })
})

test('returns undefined for a missing document', async () => {
  expect(await store.findJson('runs/r/none.json', schema)).toBeUndefined()
})

test.each([
  ['in one piece', 3],
  ['in parts, where it is longer than one', 4_000],
])('streams a document with %s elements', async (_, count) => {
  const elements = Array.from({ length: count }, (_, index) => ({
    index,
    text: 'é "quoted", and long enough'.repeat(200),
  }))
  await store.writePieces('runs/r/long.json', piecesOf(elements))
  let read = 0
  for await (const element of store.readElements('runs/r/long.json')) {
    if (read++ === count - 1) expect(element).toEqual(elements.at(-1))
  }
  expect(read).toBe(count)
})

test('writes a long text in parts', async () => {
  const document = { name: 'é'.repeat(10_000_000) }
  await store.writeJson('runs/r/one.json', document)
  expect(await store.readJson('runs/r/one.json', schema)).toEqual(document)
})

async function all(elements: AsyncIterable<unknown>): Promise<unknown[]> {
  const read = []
  for await (const element of elements) read.push(element)
  return read
}

async function* piecesOf(elements: readonly unknown[]) {
  for (const [index, element] of elements.entries())
    yield `${index === 0 ? '[' : ','}${JSON.stringify(element)}`
  yield ']'
}

test('fails with the URL for a missing array and for another document', async () => {
  await expect(all(store.readElements('runs/r/none.json'))).rejects.toThrow(
    's3://work/runs/r/none.json does not exist',
  )
  await put('work', 'object.json', '{}')
  const complaint = 's3://work/object.json cannot be read: the text is not a JSON array'
  await expect(all(store.readElements('object.json'))).rejects.toThrow(complaint)
})

test('reads text from any bucket', async () => {
  await put('other', 'a list.yaml', 'images: [redis]')
  expect(await store.readText('s3://other/a list.yaml')).toBe('images: [redis]')
})

test('fails with the URL for a missing document', async () => {
  await expect(store.readJson('runs/r/none.json', schema)).rejects.toThrow(
    's3://work/runs/r/none.json does not exist',
  )
})

test.each([
  ['no JSON', 'nonsense', 'is not JSON'],
  ['another document', '{"title": "x"}', 'Unrecognized key: "title"'],
])('fails with the URL for %s', async (_, text, complaint) => {
  await put('work', 'odd.json', text)
  const run = store.readJson('odd.json', schema)
  await expect(run).rejects.toThrow('s3://work/odd.json')
  await expect(run).rejects.toThrow(complaint)
})

test.each([
  ['s3://work/nothing.yaml', 's3://work/nothing.yaml does not exist: check the bucket and the key'],
  ['s3://no-such-bucket/x', 's3://no-such-bucket/x does not exist: check the name of the bucket'],
])('fails with InvalidInput for %s', async (url, complaint) => {
  await expect(store.readText(url)).rejects.toMatchObject({ name: 'InvalidInput', message: complaint })
})

test('fails with InvalidInput and the fix if access to a bucket is denied', async () => {
  const server = createServer((_, response) => {
    response.writeHead(403, { 'content-type': 'application/xml' })
    response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const closed = openWorkBucket('work', new S3Client({ endpoint: `http://127.0.0.1:${port}` }))
  await expect(closed.readText('s3://closed/list.yaml')).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining(
      'access to s3://closed/list.yaml is denied, or it does not exist: put the list into the work bucket',
    ),
  })
  // Errors about the run's own documents are not InvalidInput.
  await expect(closed.findJson('x.json', schema)).rejects.toMatchObject({ name: 'AccessDenied' })
  server.close()
})

test('lists all keys with a prefix', async () => {
  const keys = Array.from({ length: 1001 }, (_, index) => `pushes/a:1/${String(index).padStart(4, '0')}`)
  await Promise.all([...keys, 'pushes/a:10/x'].map((key) => put('work', key, '{}')))
  expect(await store.listKeys('pushes/a:1/')).toEqual(keys)
  expect(await store.listKeys('pushes/none')).toEqual([])
})
