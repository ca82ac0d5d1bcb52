// Mistakes in `verify` and `artifacts`, each with its place and fix.
import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseList } from '../../../../mirror/list/parse-list.ts'
import { keyPair, withPem } from '../../../signatures/signed.ts'
import { createSigstore } from '../../../signatures/sigstore.ts'

const OWN = keyPair()
const FILES: Readonly<Record<string, string>> = {
  'cosign.pub': `a comment\n${OWN.pem}`,
  'cosign.key': OWN.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  'two.pub': OWN.pem + keyPair().pem,
  'p384.pub': keyPair('P-384').pem,
  'short.pub': withPem(generateKeyPairSync('rsa', { modulusLength: 1024 })).pem,
  'cert.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  'broken.pub': '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n',
  'empty.pub': '',
  'root.json': createSigstore().trustRoot,
  'other.json': '{"keys": []}',
  'large.json': JSON.stringify({ certificateAuthorities: ['x'.repeat(40_000)], tlogs: [{}] }),
}

function parse(image: object, defaults?: object) {
  const list = { regions: ['us-east-1'], images: [{ source: 'quay.io/team/app', ...image }], defaults }
  return parseList(JSON.stringify(list), 'mirror.json', (path) => {
    const text = FILES[path]
    if (text === undefined) throw new Error('no such file')
    return text
  })
}

const WHO = { identity: 'ann@example.com', issuer: 'https://accounts.google.com' }

test('a key is read from its file, without what else is there', () => {
  const { images } = parse({ verify: { key: 'cosign.pub' } })
  expect(images).toEqual([{ source: 'quay.io/team/app', verify: { key: OWN.pem } }])
})

test('keys in text, in files and in KMS stand side by side, also in the defaults', () => {
  const arn = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
  const { images, defaults } = parse(
    { verify: [{ key: OWN.pem }, { key: `awskms:///${arn}` }, WHO] },
    { verify: { key: 'cosign.pub' } },
  )
  expect(images).toMatchObject([{ verify: [{ key: OWN.pem }, { key: `awskms:///${arn}` }, WHO] }])
  expect(defaults).toEqual({ verify: { key: OWN.pem } })
})

test('a trusted root is read from its file', () => {
  const { images } = parse({ verify: { ...WHO, trustRoot: 'root.json' } })
  expect(images).toEqual([{ source: 'quay.io/team/app', verify: { ...WHO, trustRoot: FILES['root.json'] } }])
})

test.each<[string, object, string]>([
  ['no signer', {}, 'images[0].verify: it names no signer; give a "key", or an "identity" and its "issuer"'],
  [
    'an identity without issuer',
    { identity: 'a@b.c' },
    'images[0].verify: any issuer could certify this identity',
  ],
  [
    'an issuer without identity',
    { issuer: 'https://a.b' },
    'images[0].verify: an "issuer" alone accepts all of its identities',
  ],
  ['an empty identity', { ...WHO, identity: '' }, 'images[0].verify.identity'],
  ['a blank identity', { ...WHO, identity: ' ' }, 'is empty or has spaces around it'],
  ['an identity that anybody has', { ...WHO, identity: '/.*/' }, 'also matches an empty identity'],
  [
    'an issuer that is no address',
    { ...WHO, issuer: 'github' },
    '"github" is not an issuer: write its address',
  ],
  ['a key and an identity', { key: 'cosign.pub', ...WHO }, '"key" and "identity" exclude each other'],
  [
    'a key and a trusted root',
    { key: 'cosign.pub', trustRoot: 'root.json' },
    '"key" and "trustRoot" exclude',
  ],
  ['a key file that is missing', { key: 'none.pub' }, '"none.pub" cannot be read: no such file'],
  [
    'a private key',
    { key: 'cosign.key' },
    'images[0].verify.key: it contains a private key, which must stay',
  ],
  ['two keys in a file', { key: 'two.pub' }, 'it contains 2 keys; write one rule of "verify" for each'],
  ['a key on P-384', { key: 'p384.pub' }, 'it is an EC key on the curve P-384; supported are ECDSA P-256'],
  ['a short key', { key: 'short.pub' }, 'it is a key of type rsa with 1024 bits; supported are'],
  ['a certificate', { key: 'cert.pem' }, 'it contains a "CERTIFICATE", not a PUBLIC KEY'],
  ['a broken key', { key: 'broken.pub' }, 'it contains a key that cannot be parsed'],
  ['an empty key file', { key: 'empty.pub' }, 'it contains no public key; in PEM, one begins with'],
  ['an alias of a KMS key', { key: 'awskms:///alias/cosign' }, 'names an alias'],
  ['another key store', { key: 'gcpkms://projects/x' }, 'is in a key store that is not supported'],
  [
    'a root that is none',
    { ...WHO, trustRoot: 'other.json' },
    'images[0].verify.trustRoot: this is not a trusted root',
  ],
  ['a root that is too large', { ...WHO, trustRoot: 'large.json' }, 'at most 32768 fit'],
  ['a misspelt key', { keys: 'cosign.pub' }, 'unknown key "keys" in images[0].verify; did you mean "key"?'],
])('%s is answered with the fix', (_, verify, problem) => {
  expect(() => parse({ verify })).toThrow(problem)
})

test('text in place of a rule is answered with what to write', () => {
  expect(() => parse({ verify: 'cosign.pub' })).toThrow('"cosign.pub" must be a mapping with "key", or with')
})

test('mistakes of defaults are found, too', () => {
  expect(() => parse({}, { verify: { key: 'p384.pub' } })).toThrow('defaults.verify.key: it is an EC key')
  expect(() => parse({}, { verify: [{ identity: 'a@b.c' }] })).toThrow('defaults.verify[0]: any issuer')
})

test.each([
  [{ require: ['sig'] }, '"sig" must be signature, attestation, sbom, or a media type'],
  [{ include: [] }, 'images[0].artifacts.include is empty'],
  [{ require: ['sbom'], exclude: ['sbom'] }, 'images[0].artifacts.require[0]: "sbom" is also in "exclude"'],
])('artifacts %j are answered with the fix', (artifacts, problem) => {
  expect(() => parse({ artifacts })).toThrow(problem)
})

test('kinds and media types of artifacts are taken', () => {
  const artifacts = { include: ['signature', 'application/spdx+json'], require: ['attestation'] }
  expect(parse({ artifacts }).images).toMatchObject([{ artifacts }])
})
