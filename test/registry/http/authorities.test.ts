// Registries with certificates of a company's own authority, over real TLS, directly and through a proxy.
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { classify } from '../../../registry/http/address.ts'
import { createAuthorities } from '../../../registry/http/authorities.ts'
import type { Network } from '../../../registry/http/guard.ts'
import { answer } from '../../support/actions.ts'
import { authority, type Certificate, certificateFor } from '../../support/certificate.ts'
import { REPOSITORY, testClient } from '../../support/client.ts'
import { bytesOf, imageOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { seedImage } from '../../support/seed.ts'
import { startTunnels } from '../../support/tunnels.ts'

const company = authority('company')
const encoded = (pem: string) => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')

/** Resolves every name to this machine. */
const here: Network = {
  classify,
  lookup: (_host, options, callback) =>
    options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
}

type Says = (port: string) => Readonly<Record<string, string>>

/** The registry `registry.test`, also named `other.test`, and a client with the given environment. */
async function prepared(certificate: Certificate, says: Says) {
  const stack = new AsyncDisposableStack()
  const registry = stack.use(await startFaultyRegistry({ certificate }))
  const image = imageOf([randomBlob(1000)])
  await seedImage(registry, image, 'v1')
  const port = registry.address.split(':')[1] ?? ''
  const client = stack.use(testClient({ environment: says(port), network: here }))
  const head = async (host = 'registry.test') => (await client.open(`${host}:${port}`)).headManifest('v1')
  return { registry, image, port, client, head, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const signed = (signer = company) => certificateFor(['registry.test', 'other.test'], { signer })
const trusting =
  (text: string): Says =>
  (port) => ({ REGISTRY_CA: `registry.test:${port} ${text}` })

test.each([
  ['as PEM', company.cert],
  ['among others', authority('another').cert + company.cert],
  ['as the deployment writes it', encoded(company.cert)],
  [
    'among others, as the deployment writes it',
    `${encoded(authority('another').cert)} ${encoded(company.cert)}`,
  ],
])('row 71: trusts an authority that is configured %s', async (_, text) => {
  await using setup = await prepared(signed(), trusting(text))
  expect((await setup.head())?.digest).toBe(setup.image.manifest.digest)
})

test('configures the same authorities for several registries, and others for another', async () => {
  const company2 = authority('company 2')
  const says: Says = (port) => ({
    REGISTRY_CA: `a.test ${company2.cert} OTHER.test:${port} registry.test:${port} ${company.cert} b.test ${encoded(company2.cert)}`,
  })
  await using setup = await prepared(signed(), says)
  for (const host of ['registry.test', 'other.test']) {
    expect((await setup.head(host))?.digest).toBe(setup.image.manifest.digest)
  }
  await using elsewhere = await prepared(signed(company2), says)
  await expect(elsewhere.head()).rejects.toThrow('is signed by an unknown authority')
})

test('accepts Docker Hub’s reference name and a default port', async () => {
  const of = createAuthorities({ REGISTRY_CA: `docker.io a.test:443 a.test:8443 ${company.cert}` })
  const idOf = (url: string) => of(new URL(url))?.id
  expect(idOf('https://registry-1.docker.io/v2/')).toBe('docker.io')
  expect(idOf('https://a.test/v2/')).toBe('a.test:443')
  expect(idOf('https://a.test:8443/v2/')).toBe('a.test:8443')
  for (const other of [
    'https://a.test:8444/',
    'https://a-test/',
    'https://b.a.test/',
    'http://a.test:8443/',
  ]) {
    expect(idOf(other), other).toBeUndefined()
  }
})

test('accepts an intermediate authority and a self-signed certificate', async () => {
  const below = authority('below', { signer: company })
  await using setup = await prepared(signed(below), trusting(below.cert))
  expect((await setup.head())?.digest).toBe(setup.image.manifest.digest)
  const own = certificateFor(['registry.test'])
  await using alone = await prepared(own, trusting(own.cert))
  expect((await alone.head())?.digest).toBe(alone.image.manifest.digest)
})

test('keeps the authorities that Node trusts', async () => {
  const known = authority('known everywhere')
  const before = getCACertificates('default')
  setDefaultCACertificates([known.cert])
  try {
    await using setup = await prepared(signed(known), trusting(company.cert))
    expect((await setup.head())?.digest).toBe(setup.image.manifest.digest)
  } finally {
    setDefaultCACertificates(before)
  }
})

test('row 71: rejects an unknown authority without a retry, and names the fix', async () => {
  await using setup = await prepared(signed(), () => ({}))
  const { port } = setup
  await expect(setup.head()).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining(`registries.registry.test:${port}.ca`),
  })
  expect(setup.client.clock.slept).toEqual([])
  expect(setup.registry.seen).toEqual([])
})

test('row 71: trusts a configured authority at no other host', async () => {
  await using setup = await prepared(signed(), trusting(company.cert))
  await setup.head()
  await expect(setup.head('other.test')).rejects.toThrow(`registries.other.test:${setup.port}.ca`)
})

test('checks a redirect against the authorities of its target', async () => {
  await using setup = await prepared(signed(), trusting(company.cert))
  const [blob] = setup.image.blobs
  if (blob === undefined) throw new Error('an image has blobs')
  const location = `https://other.test:${setup.port}/v2/${REPOSITORY}/blobs/${blob.descriptor.digest}`
  setup.registry.faults.add(/\/blobs\//, answer(307, { location }))
  const repository = await setup.client.open(`registry.test:${setup.port}`)
  const read = async () => bytesOf(await repository.blob(blob.descriptor).open())
  await expect(read()).rejects.toThrow(
    `the certificate of other.test:${setup.port} is signed by an unknown authority`,
  )
})

test('rejects another authority with the same name', async () => {
  await using setup = await prepared(signed(authority('company')), trusting(company.cert))
  await expect(setup.head()).rejects.toThrow('is signed by an unknown authority')
})

test.each([
  ['a certificate', () => certificateFor(['registry.test'], { signer: company, until: Date.now() - 60_000 })],
  ['its authority', () => signed(past)],
])('reports an expired certificate: %s', async (_, certificate) => {
  await using setup = await prepared(certificate(), trusting(company.cert + past.cert))
  await expect(setup.head()).rejects.toThrow('has expired; ask the operator of registry.test')
})
const past = authority('past', { until: Date.now() - 60_000 })

test('reports a certificate for another host', async () => {
  await using setup = await prepared(certificateFor(['a.test'], { signer: company }), trusting(company.cert))
  await expect(setup.head()).rejects.toThrow('is for other hosts')
})

test.each([
  ['nothing', ''],
  ['an invalid word', 'nonsense'],
  ['a malformed certificate', 'MIInonsense'],
])('names the variable in the error for %s after a host', (_, text) => {
  const refused = {
    kind: 'refused',
    message: expect.stringContaining('REGISTRY_CA must be hosts followed by'),
  }
  expect(() => createAuthorities({ REGISTRY_CA: `registry.test ${text}` })).toThrow(
    expect.objectContaining(refused),
  )
})

test('row 71: trusts a configured authority through a proxy, at no other host', async () => {
  await using tunnels = await startTunnels()
  const says: Says = (port) => ({ ...trusting(company.cert)(port), HTTPS_PROXY: tunnels.url })
  await using setup = await prepared(signed(), says)
  expect((await setup.head())?.digest).toBe(setup.image.manifest.digest)
  expect(tunnels.asked).toEqual([`registry.test:${setup.port}`])
  await expect(setup.head('other.test')).rejects.toThrow(`registries.other.test:${setup.port}.ca`)
})
