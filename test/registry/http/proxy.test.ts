// Access to registries through the proxy of the environment, with real tunnels and TLS.
import { setDefaultCACertificates } from 'node:tls'
import { expect, test, vi } from 'vitest'
import { readCredentials } from '../../../registry/credentials/secret.ts'
import { classify } from '../../../registry/http/address.ts'
import type { Network } from '../../../registry/http/guard.ts'
import { readProxy, sdkProxy } from '../../../registry/http/proxy.ts'
import { answer } from '../../support/actions.ts'
import { certificateFor } from '../../support/certificate.ts'
import { testClient } from '../../support/client.ts'
import { bytesOf, imageOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { listen } from '../../support/listen.ts'
import { seedImage } from '../../support/seed.ts'
import { startTunnels } from '../../support/tunnels.ts'

/** DNS in a network behind a proxy, which resolves no names. */
const isolated: Network = {
  classify,
  lookup: (host, _options, callback) => {
    callback(Object.assign(new Error(`who is ${host}?`), { code: 'ENOTFOUND' }), '', 4)
  },
}

async function prepared(settings: { readonly noProxy?: string; readonly connectMs?: number } = {}) {
  const stack = new AsyncDisposableStack()
  const certificate = certificateFor(['registry.test', 'storage.test'])
  setDefaultCACertificates([certificate.cert])
  const registry = stack.use(await startFaultyRegistry({ certificate }))
  const tunnels = stack.use(await startTunnels())
  const image = imageOf([randomBlob(100_000)])
  await seedImage(registry, image, 'v1')
  const environment = {
    HTTPS_PROXY: tunnels.url.replace('//', '//me:secret@'),
    NO_PROXY: settings.noProxy ?? '',
  }
  const timeouts = settings.connectMs === undefined ? {} : { connectMs: settings.connectMs }
  const retry = { attempts: 1 }
  const client = stack.use(testClient({ environment, network: isolated, timeouts, retry }))
  const port = registry.address.split(':')[1] ?? ''
  const repository = await client.open(`registry.test:${port}`)
  return { registry, tunnels, image, repository, port, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('reads manifests and blobs through the proxy, by names that only it can resolve', async () => {
  await using setup = await prepared()
  expect(await setup.repository.getManifest('v1')).toEqual(setup.image.manifest)
  const [blob] = setup.image.blobs
  if (blob === undefined) throw new Error('an image has blobs')
  expect(await bytesOf(await setup.repository.blob(blob.descriptor).open())).toEqual(blob.bytes)
  expect(new Set(setup.tunnels.asked)).toEqual(new Set([`registry.test:${setup.port}`]))
  expect(setup.tunnels.logins[0]).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`)
})

test('reuses a tunnel for several requests', async () => {
  await using setup = await prepared()
  for (let asked = 0; asked < 3; asked++) await setup.repository.headManifest('v1')
  expect(setup.tunnels.asked).toHaveLength(1)
})

test('follows a redirect to another public name through the proxy', async () => {
  await using setup = await prepared()
  const [blob] = setup.image.blobs
  if (blob === undefined) throw new Error('an image has blobs')
  const elsewhere = {
    location: `https://storage.test:${setup.port}/v2/team/app/blobs/${blob.descriptor.digest}`,
  }
  setup.registry.faults.add(/\/blobs\//, answer(307, elsewhere))
  expect(await bytesOf(await setup.repository.blob(blob.descriptor).open())).toEqual(blob.bytes)
  expect(setup.tunnels.asked).toContain(`storage.test:${setup.port}`)
})

test.each(['metadata.google.internal', 'intranet', 'nas.local', '169.254.169.254', '10.0.0.1', '127.0.0.1'])(
  'a redirect to %s is not asked of the proxy',
  async (host) => {
    await using setup = await prepared()
    setup.registry.faults.add(/\/manifests\//, answer(307, { location: `https://${host}:${setup.port}/` }))
    await expect(setup.repository.headManifest('v1')).rejects.toMatchObject({ kind: 'unsafe' })
    expect(setup.tunnels.asked).toHaveLength(1)
  },
)

test('names a proxy that refuses, without its password', async () => {
  await using setup = await prepared()
  setup.tunnels.refuseWith('403 Forbidden')
  const error: unknown = await setup.repository.headManifest('v1').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('403 Forbidden') })
  expect(String(error)).not.toContain('secret')
})

test('gives up on a proxy that never responds', async () => {
  await using setup = await prepared({ connectMs: 200 })
  setup.tunnels.refuseWith('hang')
  await expect(setup.repository.headManifest('v1')).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('no connection within 0.2 s'),
  })
})

test('aborts while the proxy is still connecting', async () => {
  await using setup = await prepared()
  setup.tunnels.refuseWith('hang')
  const stop = new AbortController()
  const asked = setup.repository.headManifest('v1', stop.signal)
  await expect.poll(() => setup.tunnels.asked.length).toBe(1)
  stop.abort(new Error('enough'))
  await expect(asked).rejects.toThrow('enough')
})

test('connects directly and with the guard where no proxy applies', async () => {
  await using setup = await prepared({ noProxy: 'example.com, .test' })
  await expect(setup.repository.headManifest('v1')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  expect(setup.tunnels.asked).toEqual([])
})

test.each<[string, string, boolean]>([
  ['', 'https://quay.io/', true],
  ['', 'http://quay.io/', false],
  ['', 'https://127.0.0.1:5000/', false],
  ['', 'https://localhost/', false],
  ['*', 'https://quay.io/', false],
  ['quay.io', 'https://quay.io/', false],
  ['quay.io', 'https://cdn.quay.io/', false],
  ['quay.io', 'https://notquay.io/', true],
  ['.quay.io', 'https://quay.io/', true],
  ['*.quay.io', 'https://cdn.quay.io/', false],
  ['QUAY.IO', 'https://quay.io/', false],
  ['quay.io:8443', 'https://quay.io/', true],
  ['quay.io:443', 'https://quay.io/', false],
  ['a.b c.d,quay.io', 'https://quay.io/', false],
  ['10.0.0.0/8', 'https://10.1.2.3/', false],
  ['10.0.0.0/8', 'https://11.1.2.3/', true],
  ['10.0.0.1', 'https://10.0.0.1/', false],
  ['fd00::/8', 'https://[fd00::1]/', false],
  ['10.0.0.0/99', 'https://10.1.2.3/', true],
])('with NO_PROXY "%s", decides whether %s goes through the proxy: %s', (noProxy, url, expected) => {
  const proxy = readProxy({ HTTPS_PROXY: 'http://proxy.test:3128', NO_PROXY: noProxy })
  expect(proxy?.isFor(new URL(url))).toBe(expected)
})

test('prefers lower-case variables, and takes a bare host as http', () => {
  const proxyEnv = { HTTPS_PROXY: 'http://proxy.test:3128' }
  expect(
    readProxy({ https_proxy: 'proxy.test:3128', HTTPS_PROXY: 'http://other.test' })?.agentOptions,
  ).toEqual({
    proxyEnv,
  })
  expect(readProxy({ HTTP_PROXY: 'http://proxy.test:3128' })).toBeUndefined()
})

test('refuses an invalid proxy URL without quoting it', () => {
  const wrong = () => readProxy({ HTTPS_PROXY: 'socks5://me:secret@proxy.test' })
  expect(wrong).toThrow('HTTPS_PROXY is not the URL of a proxy')
  expect(wrong).not.toThrow('secret')
})

test('refuses a Node version that would bypass the proxy', () => {
  const readBy = (flags: readonly string[]) => () =>
    readProxy({ HTTPS_PROXY: 'http://proxy.test:3128' }, new Set(flags))
  expect(readBy(['--inspect'])).toThrow('does not support the proxy of HTTPS_PROXY: use a newer version')
  expect(readBy(['--inspect', '--use-env-proxy'])).not.toThrow()
})

test('reads a secret through the proxy', async () => {
  const certificate = certificateFor(['api.test'])
  setDefaultCACertificates([certificate.cert])
  await using tunnels = await startTunnels()
  const SecretString = '{"username":"reader","accessToken":"hunter2"}'
  await using api = await listen(
    (request, response) => {
      request.resume()
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify({ SecretString }))
    },
    '127.0.0.1',
    certificate,
  )
  const host = `api.test:${api.address.split(':')[1]}`
  vi.stubEnv('HTTPS_PROXY', tunnels.url)
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', `https://${host}`)
  for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
    vi.stubEnv(name, 'us-east-1')
  expect(await readCredentials('reader')).toEqual({ username: 'reader', password: 'hunter2' })
  expect(tunnels.asked).toEqual([host])
  vi.unstubAllEnvs()
})

test('configures AWS clients with the proxy and NO_PROXY in Node’s syntax', () => {
  const environment = { HTTPS_PROXY: 'http://proxy.test:3128', NO_PROXY: 'amazonaws.com,10.0.0.0/8' }
  expect(sdkProxy(environment).requestHandler?.httpsAgent).toMatchObject({
    keepAlive: true,
    proxyEnv: { HTTPS_PROXY: 'http://proxy.test:3128', NO_PROXY: 'amazonaws.com,.amazonaws.com,10.0.0.0/8' },
  })
  expect(sdkProxy({})).toEqual({})
})
