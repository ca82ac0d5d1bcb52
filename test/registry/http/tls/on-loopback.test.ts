// Registries that speak TLS on loopback addresses, and their responses to plain HTTP.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import type { Credentials } from '../../../../registry/model/registry.ts'
import { AUTHORITIES } from '../../../../registry/model/settings.ts'
import { answer } from '../../../support/actions.ts'
import { certificateFor } from '../../../support/certificate.ts'
import { REPOSITORY, testClient } from '../../../support/client.ts'
import { imageOf, randomBlob, sourceOf } from '../../../support/content.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../../support/faulty-registry.ts'
import { seedImage } from '../../../support/seed.ts'
import { tokenAuth } from '../../../support/token-auth.ts'

const USER: Credentials = { username: 'robot', password: 'correct horse' }
const CERTIFICATE = certificateFor(['localhost'])
const TLS_HANDSHAKE = 0x16
const http = (text: string) => (socket: Socket) => void socket.end(text)

const SIGNS: [string, (socket: Socket) => void][] = [
  ['Go', http('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n')],
  ['nginx', http('HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\n400')],
  ['a server that wants an upgrade', http('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n')],
  ['OpenSSL with an alert', (socket) => void socket.end(Buffer.from('15030100020246', 'hex'))],
  ['a server that closes', (socket) => void socket.end()],
  ['a server that resets', (socket) => void socket.resetAndDestroy()],
]

/** A TLS registry behind a server that also responds to plain HTTP on the same port. */
async function start(sign: (socket: Socket) => void, isKnown = true) {
  const stack = new AsyncDisposableStack()
  const quirks = { auth: tokenAuth({ user: USER }) }
  const registry: FaultyRegistry = stack.use(await startFaultyRegistry({ quirks, certificate: CERTIFICATE }))
  const image = imageOf([randomBlob(100)])
  await seedImage(registry, image, 'v1')
  const inside = Number(registry.address.split(':')[1])
  const open = new Set<Socket>()
  const plain: string[] = []
  const front = createServer((socket) => {
    open.add(socket.on('error', () => {}))
    socket.once('data', (data) => {
      if (data[0] !== TLS_HANDSHAKE) {
        plain.push(data.toString())
        return sign(socket)
      }
      const onward = connect(inside, '127.0.0.1')
      open.add(onward.on('error', () => socket.destroy()))
      onward.write(data)
      socket.pipe(onward).pipe(socket)
    })
  })
  await new Promise<void>((resolve) => front.listen(0, 'localhost', resolve))
  stack.defer(async () => {
    for (const socket of open) socket.destroy()
    await new Promise((resolve) => front.close(resolve))
  })
  const address = `localhost:${(front.address() as AddressInfo).port}`
  const environment = isKnown ? { [AUTHORITIES]: `${address} ${CERTIFICATE.cert}` } : {}
  const client = stack.use(testClient({ environment }))
  const anonymous = await client.open(address)
  const repository = await client.open(address, REPOSITORY, USER)
  const dispose = () => stack.disposeAsync()
  return { registry, repository, anonymous, plain, address, [Symbol.asyncDispose]: dispose }
}

test.each(SIGNS)('row 75: switches to TLS for %s, in HEAD, GET, a login and a push', async (_, sign) => {
  await using setup = await start(sign)
  expect(await setup.repository.headManifest('v1')).toBeDefined()
  expect(await setup.repository.getManifest('v1')).toBeDefined()
  const blob = randomBlob(1000)
  await setup.repository.putBlob(blob.descriptor, sourceOf(blob))
  expect(setup.plain).toHaveLength(1)
  expect(setup.plain.join()).not.toMatch(/authorization/i)
})

test('switches concurrent requests to TLS', async () => {
  await using setup = await start(http('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const heads = await Promise.all(Array.from({ length: 10 }, () => setup.repository.headManifest('v1')))
  expect(heads.every((head) => head !== undefined)).toBe(true)
})

test('verifies the certificate', async () => {
  await using setup = await start(http('HTTP/1.1 400 Bad Request\r\n\r\n'), false)
  await expect(setup.repository.headManifest('v1')).rejects.toThrow(
    /localhost.* is signed by an unknown authority/,
  )
})

test('returns the 400 of a plain HTTP registry', async () => {
  await using registry = await startFaultyRegistry()
  await using client = testClient()
  registry.faults.add({ on: /./, times: 9 }, answer(400, {}, 'bad name'))
  const repository = await client.open(registry.address)
  await expect(repository.getManifest('v1')).rejects.toThrow(/http:.* 400.*bad name/)
})

test('does not try TLS after a plain HTTP response', async () => {
  await using setup = await start(http('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'))
  expect(await setup.anonymous.headManifest('v1')).toBeUndefined()
  expect(setup.registry.seen).toEqual([])
})
