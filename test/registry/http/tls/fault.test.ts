import type { Socket } from 'node:net'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { classify } from '../../../../registry/http/address.ts'
import type { Network } from '../../../../registry/http/guard.ts'
import { spokeTls, tlsCode } from '../../../../registry/http/tls/fault.ts'
import { testClient } from '../../../support/client.ts'

/** Resolves every name to this machine. */
const network: Network = {
  classify,
  lookup: (_, options, callback) => {
    if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
    else callback(null, '127.0.0.1', 4)
  },
}

/** Sends a request to a registry at a host name that responds to the TLS ClientHello with these bytes. */
async function ask(bytes: Buffer) {
  let connections = 0
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    connections++
    open.add(socket.on('error', () => {}))
    socket.once('data', () => socket.end(bytes))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await using client = testClient({ network })
  const repository = await client.open(`registry.test:${(server.address() as AddressInfo).port}`)
  const error: unknown = await repository.listTags().catch((caught: unknown) => caught)
  for (const socket of open) socket.destroy()
  server.close()
  return { message: error instanceof Error ? error.message : '', connections }
}

test.each([
  ['HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['HTTP/1.0 400 Bad request\r\n\r\n<html>'],
  ['<html><h1>400</h1></html>'],
  ['SSH-2.0-OpenSSH_9.7\r\n'],
])(
  'row 76: reports a registry at a name that responds with %j without TLS, without a retry',
  async (text) => {
    const { message, connections } = await ask(Buffer.from(text))
    expect(message).toMatch(
      /registry\.test:\d+ does not speak TLS; it seems to speak plain HTTP, which is allowed for loopback/,
    )
    expect(message).not.toMatch(/wrong version|EPROTO|openssl/i)
    expect(connections).toBe(1)
  },
)

test.each([
  ['handshake failure', 40],
  ['bad certificate', 42],
  ['unknown authority', 48],
  ['certificate required', 116],
])('reports the alert "%s" as a missing client certificate, without a retry', async (_, alert) => {
  const { message, connections } = await ask(Buffer.from([0x15, 3, 3, 0, 2, 2, alert]))
  expect(message).toMatch(/requires a client certificate .* client\.cert and client\.key/)
  expect(message).not.toMatch(/EPROTO|openssl|SSL routines/i)
  expect(connections).toBe(1)
})

test('keeps the codes of other errors', () => {
  expect(tlsCode(Object.assign(new Error('x'), { code: 'ECONNRESET' }))).toBe('ECONNRESET')
  expect(tlsCode(Object.assign(new Error('x'), { code: 'EPROTO' }))).toBe('EPROTO')
})

test.each([
  ['ERR_TLS_CERT_ALTNAME_INVALID', true],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', true],
  ['ERR_SSL_WRONG_VERSION_NUMBER', false],
  ['ECONNRESET', false],
  [undefined, false],
])('decides whether the server spoke TLS after %s: %s', (code, spoke) => {
  expect(spokeTls(code)).toBe(spoke)
})
