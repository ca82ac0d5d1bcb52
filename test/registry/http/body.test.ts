import { get, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { type BodyEvents, collect, drain, readBody } from '../../../registry/http/body.ts'
import { giveBack } from '../../../registry/http/owned-bytes.ts'
import { listen } from '../../support/listen.ts'

const LIMITS = { stallMs: 5_000, leastRate: 1 }
const EVENTS: BodyEvents = {
  stalled: () => new Error('stalled'),
  explain: (error) => error,
  received: () => {},
  left: () => {},
}

async function ask(origin: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get(origin, { agent: false }, resolve).on('error', reject))
}

async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

test('reads a body to its end', async () => {
  await using server = await listen((_, response) => void response.end('x'.repeat(500_000)))
  const { bytes, complete } = await collect(readBody(await ask(server.origin), LIMITS, EVENTS), 1_000_000)
  expect({ length: bytes.length, complete }).toEqual({ length: 500_000, complete: true })
})

test('yields chunks that can be given back', async () => {
  await using server = await listen((_, response) => void response.end('x'.repeat(500_000)))
  let received = 0
  for await (const chunk of readBody(await ask(server.origin), LIMITS, EVENTS)) {
    received += chunk.length
    giveBack(chunk)
    expect(chunk).toHaveLength(0)
  }
  expect(received).toBe(500_000)
})

test('limits the read-ahead for a slow reader', async () => {
  let sent = 0
  await using server = await listen(async (_, response) => {
    for (; sent < 1000 && !response.destroyed; sent++) {
      if (!response.write(Buffer.alloc(65_536)))
        await new Promise((resolve) => response.once('drain', resolve))
    }
    response.end()
  })
  const body = readBody(await ask(server.origin), LIMITS, EVENTS)
  await body.next()
  await new Promise((resolve) => setTimeout(resolve, 200))
  // The buffers of both sockets, and a few chunks of the body.
  expect(sent).toBeLessThan(500)
  await body.return?.()
})

test('closes the connection if the loop ends early', async () => {
  let closed = false
  await using server = await listen((_, response) => {
    response.once('close', () => {
      closed = true
    })
    response.write('some')
  })
  for await (const _ of readBody(await ask(server.origin), LIMITS, EVENTS)) break
  await expect.poll(() => closed, { timeout: 60_000 }).toBe(true)
})

test('reports an early failure when the body is read', async () => {
  await using server = await listen((request, response) => {
    response.write('some', () => setImmediate(() => request.socket.resetAndDestroy()))
  })
  const body = readBody(await ask(server.origin), LIMITS, EVENTS)
  await new Promise((resolve) => setTimeout(resolve, 100))
  await expect(collect(body, 100)).rejects.toThrow()
})

test('reports a stall to the reader', async () => {
  await using server = await listen((_, response) => void response.write('some'))
  const body = readBody(await ask(server.origin), { stallMs: 50, leastRate: 1 }, EVENTS)
  await expect(collect(body, 100)).rejects.toThrow('stalled')
})

test('truncates a body at the limit and reports it', async () => {
  const { bytes, complete } = await collect(chunks('abc', 'def', 'ghi'), 4)
  expect({ text: bytes.toString(), complete }).toEqual({ text: 'abcd', complete: false })
  expect((await collect(chunks('abc'), 3)).complete).toBe(true)
})

test('ignores failures while draining', async () => {
  const breaking = (async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x')
    throw new Error('broken')
  })()
  await expect(drain(breaking)).resolves.toBeUndefined()
})

test.each([
  ['small chunks that wait are read as one', 10_000, [40_000]],
  ['large ones are not put together again', 70_000, [70_000, 70_000]],
])('%s', async (_, size, expected) => {
  const response = new Readable({ read() {} })
  const body = readBody(response as IncomingMessage, LIMITS, EVENTS)
  const first = body.next()
  response.push(Buffer.alloc(1))
  await first
  // Resumed without a reader, so that all chunks are queued.
  response.resume()
  for (let sent = 0; sent < expected.reduce((sum, one) => sum + one); sent += size) {
    response.push(Buffer.alloc(size))
    await new Promise(setImmediate)
  }
  response.push(null)
  const lengths: number[] = []
  for await (const chunk of body) lengths.push(chunk.length)
  expect(lengths).toEqual(expected)
})
