// The requests and the memory of an upload.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { uploadText } from '../../store/upload.ts'

const MIB = 1024 * 1024
const PART = 8 * MIB
const DESTINATION = { bucket: 'work', key: 'runs/r/x.json' }

/** The requests in order, with the lengths of their bodies. */
const asked: string[] = []
/** The requests with a condition, and what it is. */
const conditions: string[] = []
let refuse: (request: string) => boolean = () => false
let onPart: () => void = () => {}

const server = createServer(async (request, response) => {
  const { length } = await buffer(request)
  const name = nameOf(request)
  asked.push(name.includes('Part') || name === 'PutObject' ? `${name} ${length}` : name)
  const { 'if-match': match, 'if-none-match': noneMatch } = request.headers
  if (match !== undefined || noneMatch !== undefined)
    conditions.push(`${name} ${match ?? ''}${noneMatch ?? ''}`)
  if (name.startsWith('UploadPart')) onPart()
  if (refuse(name)) {
    response.writeHead(403, { 'content-type': 'application/xml' })
    return response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>')
  }
  response.writeHead(200, { etag: '"e"', 'content-type': 'application/xml' })
  if (name === 'Create') return response.end('<R><UploadId>u</UploadId></R>')
  return response.end(name === 'Complete' ? '<R><ETag>e</ETag></R>' : '')
})
let client: S3Client

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  })
})
afterEach(() => {
  asked.length = 0
  conditions.length = 0
  refuse = () => false
  onPart = () => {}
})
afterAll(() => {
  client.destroy()
  server.close()
})

function nameOf({ method, url = '' }: IncomingMessage): string {
  const query = new URL(url, 'http://s3').searchParams
  if (method === 'DELETE') return 'Abort'
  if (query.has('uploads')) return 'Create'
  if (query.has('partNumber')) return `UploadPart ${query.get('partNumber')}`
  return query.has('uploadId') ? 'Complete' : 'PutObject'
}

async function* pieces(count: number, length: number, onPiece = () => {}) {
  for (let piece = 0; piece < count; piece++) {
    onPiece()
    yield 'x'.repeat(length)
  }
}

test.each<[string, string | AsyncIterable<string>, number]>([
  ['a short text', '{}', 2],
  ['short pieces', pieces(3, 10), 30],
  ['a text of one part', 'x'.repeat(PART), PART],
])('%s takes one request', async (_, text, bytes) => {
  await uploadText(client, DESTINATION, text)
  expect(asked).toEqual([`PutObject ${bytes}`])
})

test('uploads a long text in parts of equal length, except the last', async () => {
  await uploadText(client, DESTINATION, pieces(17, MIB))
  expect(asked).toEqual([
    'Create',
    `UploadPart 1 ${PART}`,
    `UploadPart 2 ${PART}`,
    `UploadPart 3 ${MIB}`,
    'Complete',
  ])
})

test('applies backpressure to the text', async () => {
  let made = 0
  let sent = 0
  let most = 0
  onPart = () => {
    sent += 1
  }
  await uploadText(
    client,
    DESTINATION,
    pieces(64, MIB, () => {
      made += 1
      most = Math.max(most, made - sent * 8)
    }),
  )
  expect(sent).toBe(8)
  expect(most).toBeLessThanOrEqual(40)
})

test('fails with the error of S3, without the permission to abort', async () => {
  refuse = (name) => name === 'UploadPart 2'
  await expect(uploadText(client, DESTINATION, pieces(30, MIB))).rejects.toMatchObject({
    name: 'AccessDenied',
  })
  expect(asked).toEqual(['Create', `UploadPart 1 ${PART}`, `UploadPart 2 ${PART}`])
})

test('fails with the error of the text, and writes nothing', async () => {
  async function* broken() {
    yield* pieces(9, MIB)
    throw new Error('the plan broke')
  }
  await expect(uploadText(client, DESTINATION, broken())).rejects.toThrow('the plan broke')
  expect(asked).not.toContain('Complete')
})

test.each([
  ['a short text', () => '{}', 'PutObject'],
  ['a long text', () => pieces(9, MIB), 'Complete'],
])('the request that makes %s visible carries the condition', async (_, text, request) => {
  const etag = await uploadText(client, DESTINATION, text(), { replaces: { etag: '"old"' } })
  await uploadText(client, DESTINATION, text(), { replaces: { etag: undefined } })
  expect(conditions).toEqual([`${request} "old"`, `${request} *`])
  expect(etag?.replaceAll('"', '')).toBe('e')
})
