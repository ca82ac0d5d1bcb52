import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { keepSpares } from '../../../registry/http/spares.ts'

/** A server that responds to each request and records its connections. */
async function startServer() {
  const connections: Socket[] = []
  const arrived = new EventTarget()
  const server = createServer((socket) => {
    connections.push(socket)
    socket.on('error', () => {})
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
    arrived.dispatchEvent(new Event('connection'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    connections,
    async until(count: number): Promise<void> {
      while (connections.length < count) await once(arrived, 'connection')
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of connections) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function client(idleMs?: number) {
  const options = { keepAlive: true }
  const agent = new Agent(options)
  const spares = keepSpares(agent, options, idleMs)
  return {
    spares,
    /** The status, after the response is read and the connection is idle. */
    async ask(url: URL): Promise<number | undefined> {
      const request = get(url, { agent })
      const [response] = await once(request, 'response')
      response.resume()
      await once(request, 'close')
      return response.statusCode
    },
    [Symbol.dispose]() {
      spares.close()
      agent.destroy()
    },
  }
}

test('uses spare connections for requests', async () => {
  await using server = await startServer()
  using own = client()
  own.spares.open(server.url, 3)
  await server.until(3)
  const answers = await Promise.all([1, 2, 3].map(() => own.ask(server.url)))
  expect(answers).toEqual([200, 200, 200])
  expect(server.connections).toHaveLength(3)
})

test('uses a spare that is still connecting', async () => {
  await using server = await startServer()
  using own = client()
  own.spares.open(server.url, 1)
  expect(await own.ask(server.url)).toBe(200)
  expect(server.connections).toHaveLength(1)
})

test('opens no spares after close', async () => {
  await using server = await startServer()
  using own = client()
  own.spares.close()
  own.spares.open(server.url, 3)
  await own.ask(server.url)
  expect(server.connections).toHaveLength(1)
})

test('opens them once for each host, used or not', async () => {
  await using server = await startServer()
  using own = client()
  own.spares.open(server.url, 2)
  own.spares.open(server.url, 2)
  await server.until(2)
  await Promise.all([own.ask(server.url), own.ask(server.url)])
  own.spares.open(server.url, 2)
  await own.ask(server.url)
  expect(server.connections).toHaveLength(2)
})

test('does not use a spare that the server closed', async () => {
  await using server = await startServer()
  using own = client()
  own.spares.open(server.url, 1)
  await server.until(1)
  const closed = once(server.connections[0] as Socket, 'close')
  server.connections[0]?.end()
  // The client closes its side in return, so it has noticed.
  await closed
  expect(await own.ask(server.url)).toBe(200)
  expect(server.connections).toHaveLength(2)
})

test('leaves a spare’s failure to the request', async () => {
  const server = await startServer()
  await server[Symbol.asyncDispose]()
  using own = client()
  own.spares.open(server.url, 2)
  await expect(own.ask(server.url)).rejects.toThrow('ECONNREFUSED')
})

test('does not use spares of another host', async () => {
  await using server = await startServer()
  await using other = await startServer()
  using own = client()
  own.spares.open(other.url, 1)
  await other.until(1)
  await own.ask(server.url)
  expect(server.connections).toHaveLength(1)
})

test('closes an unused spare after a while', async () => {
  await using server = await startServer()
  using own = client(50)
  own.spares.open(server.url, 1)
  await server.until(1)
  await once(server.connections[0] as Socket, 'close')
  expect(await own.ask(server.url)).toBe(200)
})

test('closes unused spares on close', async () => {
  await using server = await startServer()
  using own = client()
  own.spares.open(server.url, 2)
  await server.until(2)
  const closed = server.connections.map((socket) => once(socket, 'close'))
  own.spares.close()
  await Promise.all(closed)
})
