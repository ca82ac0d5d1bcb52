// Registries that require a client certificate, over real TLS.
import { expect, test } from 'vitest'
import { classify } from '../../../registry/http/address.ts'
import { type ClientCertificate, createAuthorities } from '../../../registry/http/authorities.ts'
import type { Network } from '../../../registry/http/guard.ts'
import { answer } from '../../support/actions.ts'
import { authority, type Certificate, certificateFor } from '../../support/certificate.ts'
import { testClient } from '../../support/client.ts'
import { bytesOf, imageOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { seedImage } from '../../support/seed.ts'

const company = authority('company')
const layer = randomBlob(1000)
const client = pairOf(certificateFor(['robot'], { signer: company }))

function pairOf({ cert, key }: Certificate): ClientCertificate {
  return { cert: [cert], key: [key] }
}

/** Resolves every name to this machine. */
const here: Network = {
  classify,
  lookup: (_host, options, callback) =>
    options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
}

/** The registry `registry.test`, also named `other.test`, which requires a certificate of the company. */
async function prepared(clients: (port: string) => [string, ClientCertificate][], trusted = '') {
  const stack = new AsyncDisposableStack()
  const server = certificateFor(['registry.test', 'other.test'], { signer: company })
  const certificate = { ...server, ca: company.cert, requestCert: true, rejectUnauthorized: true }
  const registry = stack.use(await startFaultyRegistry({ certificate }))
  const image = imageOf([layer])
  await seedImage(registry, image, 'v1')
  const port = registry.address.split(':')[1] ?? ''
  const environment = { REGISTRY_CA: `registry.test:${port} ${trusted} ${company.cert}` }
  const clientCertificates = new Map(clients(port))
  const opened = stack.use(testClient({ environment, network: here, clientCertificates }))
  const repository = await opened.open(`registry.test:${port}`)
  return { registry, repository, image, port, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('sends the registry’s client certificate', async () => {
  await using setup = await prepared((port) => [[`registry.test:${port}`, client]])
  expect(await setup.repository.headManifest('v1')).toBeDefined()
})

test.each<[string, (port: string) => [string, ClientCertificate][]]>([
  ['another host', (port) => [[`other.test:${port}`, client]]],
  ['another port', () => [['registry.test', client]]],
])('does not send the certificate for %s, and says what is missing', async (_, clients) => {
  await using setup = await prepared(clients)
  await expect(setup.repository.headManifest('v1')).rejects.toThrow(/client certificate/)
  expect(setup.registry.seen).toEqual([])
})

test('sends no client certificate to a host that the registry names', async () => {
  await using other = await prepared(() => [])
  const elsewhere = `other.test:${other.port}`
  await using setup = await prepared(
    (port) => [
      [`registry.test:${port}`, client],
      [elsewhere, client],
    ],
    elsewhere,
  )
  setup.registry.faults.add(
    { on: /GET .*blobs/, times: 9 },
    answer(307, { location: `https://${elsewhere}/blob` }),
  )
  const blob = setup.repository.blob(layer.descriptor)
  await expect(blob.open().then(bytesOf)).rejects.toThrow(/client certificate/)
  expect(other.registry.seen).toEqual([])
})

test('names the host in the error for a certificate with another key', () => {
  const wrong = { ...client, key: [certificateFor(['robot']).key] }
  expect(() => createAuthorities({}, new Map([['registry.test', wrong]]))).toThrow(
    'the client certificate for registry.test cannot be used with its key',
  )
})
