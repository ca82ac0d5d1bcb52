import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type AgentOptions, get, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { readLarge } from '../../../registry/http/large-reads.ts'
import { listen } from '../../support/listen.ts'

/** A server that sends the same bytes over each connection, and a connection to it. */
async function startSender(bytes: Buffer) {
  const arrived = Promise.withResolvers<Socket>()
  const server = createServer((socket) => {
    socket.on('error', () => {}).end(bytes)
    arrived.resolve(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const receiver = connect({ host: '127.0.0.1', port, ...readLarge() })
  return {
    receiver,
    sender: await arrived.promise,
    [Symbol.dispose]() {
      receiver.destroy()
      server.close()
    },
  }
}

const hash = (...chunks: readonly Buffer[]): string =>
  createHash('sha256').update(Buffer.concat(chunks)).digest('hex')

test('delivers all bytes in order and unchanged', async () => {
  const bytes = randomBytes(3_000_000)
  using connection = await startSender(bytes)
  const chunks: Buffer[] = []
  for await (const chunk of connection.receiver) chunks.push(chunk)
  expect(hash(...chunks)).toBe(hash(bytes))
})

test('applies backpressure to the sender', async () => {
  const bytes = Buffer.alloc(64_000_000)
  using connection = await startSender(bytes)
  await once(connection.receiver, 'readable')
  // More than the kernel's buffers.
  expect(connection.sender.writableLength).toBeGreaterThan(20_000_000)
  expect(connection.receiver.readableLength).toBeLessThan(1_000_000)
  let received = 0
  for await (const chunk of connection.receiver) received += (chunk as Buffer).length
  expect(received).toBe(bytes.length)
})

test('does not read ahead while a response is paused', async () => {
  await using server = await listen((_, response) => void response.end(Buffer.alloc(64_000_000)))
  const agent = new Agent({ keepAlive: true, ...readLarge() } as AgentOptions)
  const [response] = (await once(get(server.origin, { agent }), 'response')) as [IncomingMessage]
  await once(response, 'data')
  response.pause()
  for (let turns = 0; turns < 200; turns++) {
    await new Promise((resolve) => setImmediate(resolve))
    expect(response.socket.readableLength).toBe(0)
  }
  agent.destroy()
})

test('keeps bytes from the parser unchanged for a reader that pauses', async () => {
  const bodies = [randomBytes(3_000_000), randomBytes(3_000_000)]
  await using server = await listen(({ url }, response) => void response.end(bodies[Number(url?.slice(1))]))
  // Both connections share one buffer.
  const options = { keepAlive: true, ...readLarge() }
  const agent = new Agent(options as AgentOptions)
  const read = async (index: number): Promise<string> => {
    const [response] = (await once(get(`${server.origin}/${index}`, { agent }), 'response')) as [
      IncomingMessage,
    ]
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      response.pause()
      setImmediate(() => response.resume())
    })
    await once(response, 'end')
    return hash(...chunks)
  }
  expect(await Promise.all([read(0), read(1)])).toEqual(bodies.map((body) => hash(body)))
  agent.destroy()
})
