// Responses of registries and proxies, over raw sockets.
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { testClient } from '../../../support/client.ts'
import { digestOfBytes } from '../../../support/content.ts'
import { startRaw } from '../../../support/raw-server.ts'

const BODY = '{"schemaVersion":2}'
const TYPE = 'Content-Type: application/vnd.oci.image.manifest.v1+json'
const DIGEST = `Docker-Content-Digest: ${digestOfBytes(Buffer.from(BODY))}`
const LENGTH = `Content-Length: ${BODY.length}`
const CHUNKS = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`
const answerOf = (lines: readonly string[], body = BODY, end = '\r\n'): string =>
  `${['HTTP/1.1 200 OK', TYPE, DIGEST, ...lines, '', ''].join(end)}${body}`

/** Reads a manifest, once or several times, from a server with this response. */
async function read(answer: string | ((socket: Socket) => void), times = 1) {
  await using server = await startRaw((_, socket) => {
    if (typeof answer === 'string') socket.write(Buffer.from(answer, 'latin1'))
    else answer(socket)
  })
  await using client = testClient({ timeouts: { answerMs: 1_000 }, retry: { attempts: 3 } })
  const repository = await client.open(server.address)
  const bodies: string[] = []
  let error: unknown
  try {
    for (let time = 0; time < times; time++) {
      const { bytes } = await repository.getManifest('v1')
      bodies.push(Buffer.from(bytes).toString())
    }
  } catch (caught) {
    error = caught
  }
  return { bodies, error, requests: server.requests.length, connections: server.connections() }
}

test('reuses the connection after a valid response', async () => {
  expect(await read(answerOf([LENGTH]), 3)).toMatchObject({ bodies: [BODY, BODY, BODY], connections: 1 })
})

test.each([
  ['Content-Length beside chunked', answerOf([LENGTH, 'Transfer-Encoding: chunked'], CHUNKS)],
  [
    'a wrong Content-Length beside chunked',
    answerOf(['Content-Length: 3', 'Transfer-Encoding: chunked'], CHUNKS),
  ],
  ['one Content-Length twice', answerOf([LENGTH, LENGTH])],
  ['one Content-Length as a list', answerOf([`${LENGTH}, ${BODY.length}`])],
  ['bare LF', answerOf([LENGTH], BODY, '\n')],
  ['a folded header', answerOf(['X-Long: a', '  b', LENGTH])],
  ['a control character in a header', answerOf(['X-Odd: a\x01b', LENGTH])],
  ['an interim answer in bare LF', `HTTP/1.1 103 Early Hints\nLink: </a>\n\n${answerOf([LENGTH])}`],
])('row 73: reads %s, and does not reuse the connection', async (_, answer) => {
  expect(await read(answer, 2)).toEqual({
    bodies: [BODY, BODY],
    error: undefined,
    requests: 2,
    connections: 2,
  })
})

test('ignores a second response after a repaired one', async () => {
  const other = answerOf([LENGTH]).replace('200 OK', '404 Not Found')
  const both = answerOf(['Content-Length: 3', 'Transfer-Encoding: chunked'], CHUNKS) + other
  const { bodies, connections } = await read(both, 2)
  expect({ bodies, connections }).toEqual({ bodies: [BODY, BODY], connections: 2 })
})

test('ignores a second response after a valid one', async () => {
  const other = answerOf([LENGTH]).replace('200 OK', '404 Not Found')
  const { bodies, connections } = await read(answerOf([LENGTH]) + other, 2)
  expect({ bodies, connections }).toEqual({ bodies: [BODY, BODY], connections: 2 })
})

test('ignores an unsolicited response', async () => {
  let closed: Promise<unknown> = Promise.resolve()
  await using server = await startRaw((_, socket) => {
    socket.write(answerOf([LENGTH]))
    closed = new Promise((resolve) => socket.once('close', resolve))
    setTimeout(() => socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'), 20)
  })
  await using client = testClient()
  const repository = await client.open(server.address)
  await repository.getManifest('v1')
  await closed
  await repository.getManifest('v1')
  expect(server.connections()).toBe(2)
})

test.each([
  ['in one piece', (answer: string, socket: Socket) => void socket.write(answer)],
  [
    'byte by byte',
    async (answer: string, socket: Socket) => {
      for (const byte of answer) {
        socket.write(byte)
        await new Promise(setImmediate)
      }
    },
  ],
])('reads a head that arrives %s', async (_, send) => {
  const answer = answerOf([LENGTH, LENGTH])
  expect(await read((socket) => void send(answer, socket))).toMatchObject({ bodies: [BODY], requests: 1 })
})

test.each([21_000, 64 * 1024])('reads %s bytes of headers', async (bytes) => {
  const { bodies, error } = await read(answerOf([`X-Policy: ${'x'.repeat(bytes)}`, LENGTH]))
  expect({ bodies, error }).toEqual({ bodies: [BODY], error: undefined })
})

test.each([
  ['more headers than that', answerOf([`X: ${'x'.repeat(90_000)}`, LENGTH]), 'more than 80 KiB of headers'],
  ['endless headers', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(100_000)}`, 'more than 80 KiB of headers'],
  ['two lengths', answerOf([LENGTH, 'Content-Length: 4']), `contradictory lengths: ${BODY.length} and 4`],
  ['endless interim responses', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(5_000), '1000 interim responses'],
])('row 73: reports without a retry: %s', async (_, answer, words) => {
  const { error, requests } = await read(answer)
  expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining(words) })
  expect(requests).toBe(1)
})

test('row 74: does not extend the response timeout for interim responses', async () => {
  const { error } = await read((socket) => {
    const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 10)
    socket.once('close', () => clearInterval(timer))
  })
  expect(error).toMatchObject({ code: 'ETIMEDOUT', message: expect.stringContaining('no response') })
})

test('skips interim responses before the final one', async () => {
  const { bodies } = await read(`${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(20)}${answerOf([LENGTH])}`)
  expect(bodies).toEqual([BODY])
})

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9.7\r\n', 'the response is not valid HTTP'],
  ['a broken header', answerOf(['no colon', LENGTH]), 'the response is not valid HTTP'],
])('reports %s without the parser’s message', async (_, answer, words) => {
  const { error } = await read(answer)
  expect(error).toMatchObject({ message: expect.stringContaining(words) })
  expect(String(error)).not.toMatch(/Parse Error/)
})
