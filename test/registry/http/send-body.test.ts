// Ownership of a body's chunks after successful and failed writes.
import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { own, share } from '../../../registry/http/owned-bytes.ts'
import { sendBody } from '../../../registry/http/send-body.ts'
import { listen } from '../../support/listen.ts'
import { startRaw } from '../../support/raw-server.ts'

const LIMITS = { stallMs: 5_000, leastRate: 1 }
const SIZE = 4_000_000

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

/** Resolves when the request has succeeded or failed. */
function put(origin: string, chunks: readonly Uint8Array[]): Promise<unknown> {
  const size = chunks.reduce((sum, { length }) => sum + length, 0)
  const outgoing = request(origin, { method: 'PUT', agent: false, headers: { 'content-length': size } })
  const ended = new Promise((resolve) => {
    outgoing.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode)))
    outgoing.on('error', resolve)
  })
  sendBody(outgoing, { body: { size, chunks: each(chunks) }, traffic: { sent: () => {} } }, LIMITS, () => {})
  return ended
}

test('sends and frees owned chunks', async () => {
  let arrived = Buffer.alloc(0)
  await using server = await listen(async (incoming, response) => {
    arrived = await buffer(incoming)
    response.end()
  })
  const chunks = ['a', 'b', 'c'].map((letter) => own(Buffer.alloc(SIZE, letter)))
  const expected = Buffer.concat(chunks)
  expect(await put(server.origin, chunks)).toBe(200)
  expect(arrived.equals(expected)).toBe(true)
  expect(chunks.map(({ length }) => length)).toEqual([0, 0, 0])
})

test('keeps a shared chunk for its other holder', async () => {
  await using server = await listen((incoming, response) => {
    incoming.resume().on('end', () => response.end())
  })
  const chunk = own(Buffer.alloc(SIZE))
  share(chunk, 2)
  await put(server.origin, [chunk])
  expect(chunk).toHaveLength(SIZE)
  await put(server.origin, [chunk])
  expect(chunk).toHaveLength(0)
})

test('does not free a chunk after a failed write', async () => {
  await using server = await listen((incoming) => void incoming.once('readable', () => incoming.destroy()))
  // More than all buffers in between.
  const chunk = own(Buffer.alloc(10 * SIZE))
  expect(await put(server.origin, [chunk])).toBeInstanceOf(Error)
  expect(chunk).toHaveLength(10 * SIZE)
})

test('detects a server that does not read a large body in memory', async () => {
  await using server = await startRaw((_, socket) => void socket.pause())
  const body = Buffer.alloc(64 * 1024 * 1024)
  const outgoing = request(server.origin, { method: 'PUT', agent: false })
  const failed = new Promise((resolve) => outgoing.on('error', resolve))
  sendBody(outgoing, { body, traffic: { sent: () => {} } }, { stallMs: 200, leastRate: 1 }, () => {})
  expect(await failed).toMatchObject({ code: 'ETIMEDOUT' })
})
