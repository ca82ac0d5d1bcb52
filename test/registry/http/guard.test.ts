import type { LookupFunction } from 'node:net'
import { setDefaultCACertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { type AddressClass, classify } from '../../../registry/http/address.ts'
import { checkUrl, type Network, type Trust } from '../../../registry/http/guard.ts'
import { answer } from '../../support/actions.ts'
import { CANARY } from '../../support/canary.ts'
import { certificateFor } from '../../support/certificate.ts'
import { REPOSITORY, testClient } from '../../support/client.ts'
import { bytesOf, imageOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { listen } from '../../support/listen.ts'
import { seedImage } from '../../support/seed.ts'
import { tokenAuth } from '../../support/token-auth.ts'

const network: Network = { lookup: (() => {}) as unknown as LookupFunction, classify }

function check(url: string, trust: Trust): void {
  checkUrl(new URL(url), trust, network)
}

test.each([
  'http://169.254.169.254/latest/meta-data',
  'https://169.254.169.254/',
  'https://169.254.170.2/',
  'https://[fd00:ec2::254]/',
  'https://[fe80::1]/',
  'https://100.100.100.200/',
  'https://0.0.0.0/',
  'https://[::]/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://0x a9fea9fe/'.replace(' ', ''),
  'https://2852039166/',
])('refuses %s, even from the operator', (url) => {
  for (const trust of ['operator', 'public', 'private', 'loopback'] as const) {
    expect(() => check(url, trust)).toThrow(/is not an allowed address for a registry/)
  }
})

test.each<[string, Trust]>([
  ['https://127.0.0.1/', 'public'],
  ['https://127.1/', 'public'],
  ['https://0177.0.0.1/', 'public'],
  ['https://[::1]/', 'public'],
  ['https://10.0.0.1/', 'public'],
  ['https://172.16.0.1/', 'public'],
  ['https://192.168.0.1/', 'public'],
  ['https://100.64.0.1/', 'public'],
  ['https://[fd12::1]/', 'public'],
  ['https://127.0.0.1/', 'private'],
  ['https://10.0.0.1/', 'loopback'],
])('refuses %s from a server at a %s address', (url, trust) => {
  expect(() => check(url, trust)).toThrow(/is a (?:loopback|private) address/)
})

test.each<[string, Trust]>([
  ['https://[::ffff:127.0.0.1]/', 'loopback'],
  ['https://[::ffff:8.8.8.8]/', 'public'],
  ['https://[64:ff9b::7f00:1]/', 'public'],
  ['https://[2002:7f00:1::]/', 'public'],
])('refuses %s, an embedded IPv4 address, from any server', (url, trust) => {
  expect(() => check(url, trust)).toThrow(/embedded in IPv6/)
})

test.each<[string, Trust]>([
  ['https://10.0.0.1/', 'operator'],
  ['https://127.0.0.1/', 'operator'],
  ['http://127.0.0.1:5000/', 'operator'],
  ['https://8.8.8.8/', 'public'],
  ['https://10.0.0.1/', 'private'],
  ['http://127.0.0.1:5001/', 'loopback'],
  ['https://registry.example/', 'public'],
])('allows %s with the trust %s', (url, trust) => {
  expect(() => check(url, trust)).not.toThrow()
})

test('reads a private registry that the operator names, with its private token server and storage', async () => {
  const inside: Network = {
    classify: () => 'private',
    lookup: (_host, options, callback) =>
      options.all === true
        ? callback(null, [{ address: '127.0.0.1', family: 4 }])
        : callback(null, '127.0.0.1', 4),
  }
  const certificate = certificateFor(['harbor.internal', 'storage.internal'])
  setDefaultCACertificates([certificate.cert])
  const layer = randomBlob(1000)
  const image = imageOf([layer])
  await using registry = await startFaultyRegistry({
    quirks: { auth: tokenAuth({ user: CANARY }) },
    certificate,
  })
  await using storage = await listen((_request, reply) => reply.end(layer.bytes), '127.0.0.1', certificate)
  await using client = testClient({ network: inside })
  await seedImage(registry, image, 'v1')
  const port = (address: string) => address.split(':')[1]
  registry.faults.add(
    { on: /GET .*\/blobs\//, times: 1 },
    answer(307, { location: `https://storage.internal:${port(storage.address)}/layer` }),
  )
  const harbor = await client.open(`harbor.internal:${port(registry.address)}`, REPOSITORY, CANARY)
  expect(await harbor.getManifest('v1')).toEqual(image.manifest)
  expect(await bytesOf(await harbor.blob(layer.descriptor).open())).toEqual(layer.bytes)
  expect(registry.faults.struck()).toBe(1)
})

test.each(['http://10.0.0.1/', 'http://8.8.8.8/'])(
  'refuses %s, since plain HTTP is for loopback only',
  (url) => {
    expect(() => check(url, 'operator')).toThrow(/plain HTTP.*use https/)
  },
)

test.each(['https://user@registry.example/', 'https://user:secret@registry.example/', 'file:///etc/passwd'])(
  '%s is no address of a registry, and its secret is not told',
  (url) => {
    expect(() => check(url, 'operator')).toThrow(/contains a user name|is not an http or https URL/)
    expect(() => check(url, 'operator')).not.toThrow(/secret/)
  },
)

test.each<[string, AddressClass]>([
  ['8.8.8.8', 'public'],
  ['2600:1f18::1', 'public'],
  ['64:ff9b::808:808', 'public'],
  ['::ffff:8.8.8.8', 'public'],
  ['::ffff:169.254.169.254', 'forbidden'],
  ['64:ff9b::a9fe:a9fe', 'forbidden'],
  ['64:ff9b::a00:1', 'private'],
  ['2002:a00:1::1', 'private'],
  ['::ffff:0:7f00:1', 'loopback'],
  ['64:ff9b:1::a9fe:a9fe', 'private'],
  ['::ffff:100.100.100.200', 'forbidden'],
  ['198.19.0.1', 'private'],
  ['192.0.2.1', 'forbidden'],
  ['2001:db8::1', 'forbidden'],
  ['fec0::1', 'forbidden'],
  ['100::1', 'forbidden'],
  ['fd20:ce::254', 'forbidden'],
  ['fd20:ce::253', 'private'],
  ['fe80::1%eth0', 'forbidden'],
  ['127.1', 'forbidden'],
  ['not an address', 'forbidden'],
])('classifies %s as %s', (address, expected) => {
  expect(classify(address)).toBe(expected)
})
