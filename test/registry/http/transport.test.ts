import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { expect, test } from 'vitest'
import { collect, drain } from '../../../registry/http/body.ts'
import { countTraffic } from '../../../registry/http/traffic.ts'
import { createTransport, type TransportOptions, type WireRequest } from '../../../registry/http/transport.ts'
import { hang, reset } from '../../support/actions.ts'
import { listen } from '../../support/listen.ts'
import { record } from '../../support/recorder.ts'

const SOON_MS = 200

function requestTo(url: string, more: Partial<WireRequest> = {}): WireRequest {
  const traffic = countTraffic()
  return {
    method: 'GET',
    url: new URL(url),
    headers: {},
    trust: 'operator',
    traffic,
    counted: false,
    ...more,
  }
}

function transport(options: TransportOptions = {}) {
  const made = createTransport(options)
  return { ...made, [Symbol.dispose]: () => made.close() }
}

async function started(server: Server): Promise<{ port: number } & Disposable> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => server.close() }
}

test('returns status, headers and body', async () => {
  await using server = await listen(
    (_, response) => void response.writeHead(418, { 'x-test': 'yes' }).end('body'),
  )
  using wire = transport()
  const response = await wire.send(requestTo(server.origin))
  expect(response).toMatchObject({ status: 418, headers: { 'x-test': 'yes' }, address: 'loopback' })
  expect((await collect(response.body, 100)).bytes.toString()).toBe('body')
})

test('reuses connections', async () => {
  const ports = new Set<number | undefined>()
  await using server = await listen((request, response) => {
    ports.add(request.socket.remotePort)
    response.end('x'.repeat(1000))
  })
  using wire = transport()
  for (let count = 0; count < 5; count++) await drain((await wire.send(requestTo(server.origin))).body)
  expect(ports.size).toBe(1)
})

test('reports a stale connection', async () => {
  const { listener, seen } = record((request, response) => {
    if (seen.length > 1) reset(request, response, () => {})
    else response.end()
  })
  await using server = await listen(listener)
  using wire = transport()
  await drain((await wire.send(requestTo(server.origin))).body)
  await expect(wire.send(requestTo(server.origin))).rejects.toMatchObject({ code: 'STALE_CONNECTION' })
})

test('explains a refused connection', async () => {
  const { port } = await (async () => {
    using closed = await started(createTcpServer())
    return closed
  })()
  using wire = transport()
  await expect(wire.send(requestTo(`http://127.0.0.1:${port}/v2/?x=secret`))).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'ECONNREFUSED',
    message: `GET http://127.0.0.1:${port}/v2/ failed: the connection was refused`,
  })
})

test('leaves no timer after a failed connection', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const { port, ...server } = await started(createTcpServer())
  server[Symbol.dispose]()
  using wire = transport()
  const before = timers()
  await expect(wire.send(requestTo(`http://127.0.0.1:${port}/`))).rejects.toThrow(
    'the connection was refused',
  )
  await new Promise((resolve) => setImmediate(resolve))
  expect(timers()).toBeLessThanOrEqual(before)
})

test('gives up on a server that never responds', async () => {
  await using server = await listen((request, response) => hang(request, response, () => {}))
  using wire = transport({ timeouts: { answerMs: SOON_MS } })
  await expect(wire.send(requestTo(server.origin))).rejects.toThrow(/no response within 0.2 s/)
})

test('gives up on a TLS handshake of a spare that never ends', async () => {
  const both = Promise.withResolvers<void>()
  let begun = 0
  using silent = await started(
    createTcpServer((socket) => {
      socket
        .on('error', () => {})
        .once('data', () => {
          if (++begun === 2) both.resolve()
        })
    }),
  )
  using wire = transport({ timeouts: { connectMs: SOON_MS }, spareConnections: 1 })
  const url = `https://127.0.0.1:${silent.port}/`
  const first = expect(wire.send(requestTo(url))).rejects.toThrow(/no connection within 0.2 s/)
  await both.promise
  await expect(wire.send(requestTo(url))).rejects.toThrow(/no connection within 0.2 s/)
  await first
  expect(begun).toBe(2)
})

test('opens spares with the first request to a configured host, and none to a host that a server names', async () => {
  const counts = { own: 0, named: 0 }
  const three = Promise.withResolvers<void>()
  const serve = (name: keyof typeof counts) =>
    started(
      createServer((_, response) => void response.end()).on('connection', () => {
        if (++counts[name] === 3) three.resolve()
      }),
    )
  using own = await serve('own')
  using named = await serve('named')
  using wire = transport({ spareConnections: 2 })
  const ask = async (port: number, trust: WireRequest['trust']) =>
    drain((await wire.send(requestTo(`http://127.0.0.1:${port}/`, { trust }))).body)
  await ask(named.port, 'loopback')
  await ask(own.port, 'operator')
  await three.promise
  await ask(own.port, 'operator')
  expect(counts).toEqual({ own: 3, named: 1 })
})

test('gives up on a TLS handshake that never ends', async () => {
  using silent = await started(createTcpServer((socket) => void socket.on('error', () => {})))
  using wire = transport({ timeouts: { connectMs: SOON_MS } })
  await expect(wire.send(requestTo(`https://127.0.0.1:${silent.port}/`))).rejects.toThrow(
    /no connection within 0.2 s/,
  )
})

test('fails without a downgrade if the server does not speak TLS', async () => {
  await using server = await listen((_, response) => void response.end())
  using wire = transport()
  await expect(wire.send(requestTo(server.origin.replace('http:', 'https:')))).rejects.toMatchObject({
    kind: 'unavailable',
  })
})

test('fails if the server’s certificate is not trusted', async () => {
  using server = await started(createTlsServer({}))
  using wire = transport()
  await expect(wire.send(requestTo(`https://127.0.0.1:${server.port}/`))).rejects.toMatchObject({
    kind: 'unavailable',
  })
})

test('stops sending at an early response', async () => {
  await using server = await listen(
    (_, response) => void response.writeHead(413, { connection: 'close' }).end('no'),
  )
  using wire = transport()
  let given = 0
  const chunks = (async function* () {
    for (; given < 10_000; given++) yield Buffer.alloc(65_536)
  })()
  const response = await wire.send(
    requestTo(server.origin, { method: 'PUT', body: { size: 655_360_000, chunks } }),
  )
  expect(response.status).toBe(413)
  await drain(response.body)
  expect(given).toBeLessThan(10_000)
})

test('fails the request with the error of its body', async () => {
  await using server = await listen((request) => void request.resume())
  using wire = transport()
  const chunks = (async function* () {
    yield Buffer.alloc(10)
    throw new Error('the source broke')
  })()
  await expect(
    wire.send(
      requestTo(server.origin, {
        method: 'PUT',
        headers: { 'content-length': '20' },
        body: { size: 20, chunks },
      }),
    ),
  ).rejects.toMatchObject({ kind: 'unavailable', cause: { message: 'the source broke' } })
})

test('rejects with the signal’s reason before, during and after the response', async () => {
  await using server = await listen((request, response) => {
    if (request.url === '/answered') response.write('some')
  })
  using wire = transport()
  const reason = new Error('enough')
  await expect(wire.send(requestTo(server.origin, { signal: AbortSignal.abort(reason) }))).rejects.toBe(
    reason,
  )
  for (const path of ['/silent', '/answered']) {
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 50)
    const work = async () => {
      const response = await wire.send(requestTo(`${server.origin}${path}`, { signal: controller.signal }))
      await collect(response.body, 100)
    }
    await expect(work()).rejects.toBe(reason)
  }
})

test('counts bytes in both directions', async () => {
  await using server = await listen((request, response) => void request.pipe(response))
  using wire = transport()
  const traffic = countTraffic()
  const response = await wire.send(
    requestTo(server.origin, { method: 'PUT', body: Buffer.alloc(500), traffic }),
  )
  await drain(response.body)
  expect(traffic.read()).toEqual({ requests: 1, countedPulls: 0, bytesIn: 500, bytesOut: 500, throttled: 0 })
})
