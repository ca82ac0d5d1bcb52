import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { readLarge } from '../../registry/large-reads.ts'

/** A server that sends the same bytes to everybody, and a connection to it. */
async function startSender(bytes: Buffer) {
  const arrived = Promise.withResolvers<Socket>()
  const server = createServer((socket) => {
    socket.on('error', () => {}).end(bytes)
    arrived.resolve(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const receiver = connect({ host: '127.0.0.1', port, onread: readLarge() })
  return {
    receiver,
    sender: await arrived.promise,
    [Symbol.dispose]() {
      receiver.destroy()
      server.close()
    },
  }
}

test('everything comes, in its order, and stays as it was read', async () => {
  const bytes = randomBytes(3_000_000)
  using connection = await startSender(bytes)
  const chunks: Buffer[] = []
  for await (const chunk of connection.receiver) chunks.push(chunk)
  const hash = (all: Buffer): string => createHash('sha256').update(all).digest('hex')
  expect(hash(Buffer.concat(chunks))).toBe(hash(bytes))
})

test('who does not read stops the sender', async () => {
  const bytes = Buffer.alloc(64_000_000)
  using connection = await startSender(bytes)
  await once(connection.receiver, 'readable')
  // Whatever the kernel holds, it is less than this.
  expect(connection.sender.writableLength).toBeGreaterThan(20_000_000)
  expect(connection.receiver.readableLength).toBeLessThan(1_000_000)
  let received = 0
  for await (const chunk of connection.receiver) received += (chunk as Buffer).length
  expect(received).toBe(bytes.length)
})
