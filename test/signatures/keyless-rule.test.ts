// Images that an identity must sign, without a key: each case with its outcome.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { VerifyRule } from '../../mirror/list/proof/verify-rules.ts'
import { IN_TOTO, keyPair, payloadOf, SPDX, statementOf } from './signed.ts'
import { createSigstore } from './sigstore.ts'
import {
  byKey,
  byKeyInBundle,
  type Case,
  keyless,
  keylessInBundle,
  referred,
  sigstore,
  startWorld,
  tagged,
  WHO,
  type World,
} from './world.ts'

const own = keyPair()
const KEYLESS: VerifyRule = { ...WHO, trustRoot: sigstore.trustRoot }
const DAY_MS = 86_400_000

const evil = { ...WHO, identity: WHO.identity.replace('acme/app', 'acme/app-evil') }
const BARE = { identity: 'https://github.com/acme/app', issuer: WHO.issuer, trustRoot: sigstore.trustRoot }
const IDENTITIES: Case[] = [
  ["signed keyless, as cosign's tag", tagged(keyless()), KEYLESS, 'verified'],
  ['signed keyless, as a referrer', referred(keylessInBundle()), KEYLESS, 'verified'],
  [
    'signed keyless long ago',
    referred(keylessInBundle(WHO, { at: Date.now() - 30 * DAY_MS })),
    KEYLESS,
    'verified',
  ],
  [
    'signed keyless by an identity that an expression matches',
    referred(keylessInBundle()),
    { ...KEYLESS, identity: '/https://github\\.com/acme/app/\\.github/workflows/.*@refs/tags/v\\d+/' },
    'verified',
  ],
  [
    'signed keyless by one whose name begins like the identity',
    referred(keylessInBundle(evil)),
    BARE,
    'invalid',
    'it was made by https://github.com/acme/app-evil/',
  ],
  [
    'signed keyless by one whose name contains what the expression matches',
    tagged(keyless({ ...WHO, identity: `https://evil.example/?${WHO.identity}` })),
    { ...KEYLESS, identity: '/https://github\\.com/acme/app/.*|x/' },
    'invalid',
    'it was made by https://evil.example/',
  ],
  [
    'signed keyless by one whose name a dot would match',
    referred(keylessInBundle({ ...WHO, identity: WHO.identity.replace('.com', 'xcom') })),
    KEYLESS,
    'invalid',
    'it was made by https://githubxcom/',
  ],
  [
    'signed keyless by an empty identity',
    referred(keylessInBundle({ ...WHO, identity: '' })),
    KEYLESS,
    'invalid',
    'the rule names https://github.com/acme/app/',
  ],
  [
    'signed keyless by the identity of another issuer',
    referred(keylessInBundle({ ...WHO, issuer: 'https://evil.example' })),
    KEYLESS,
    'invalid',
    'was issued by https://evil.example',
  ],
  [
    'signed keyless after its certificate expired',
    referred(keylessInBundle(WHO, { until: Date.now() - DAY_MS })),
    KEYLESS,
    'invalid',
    'certificate is not valid or expired at the specified date',
  ],
  [
    "signed keyless after its certificate expired, as cosign's tag",
    tagged(keyless(WHO, { until: Date.now() - DAY_MS })),
    KEYLESS,
    'invalid',
    'certificate is not valid or expired at the specified date',
  ],
  [
    'signed keyless with a certificate that is in no log',
    referred(keylessInBundle(WHO, { inCertificateLog: false })),
    KEYLESS,
    'invalid',
    'expected 1 SCTs, got 0',
  ],
  [
    'signed keyless with a certificate for servers',
    referred(keylessInBundle(WHO, { usage: '2b06010505070301' })),
    KEYLESS,
    'invalid',
    'its certificate is not for signing',
  ],
  [
    'signed keyless with P-384',
    referred(keylessInBundle(WHO, { curve: 'P-384' })),
    KEYLESS,
    'unsupported',
    'the key of its certificate: it is an EC key on the curve P-384',
  ],
  [
    'signed keyless at another Sigstore',
    referred(({ image }) => createSigstore().bundle(IN_TOTO, statementOf([image.digest]), WHO)),
    KEYLESS,
    'unsupported',
    'a transparency log that the trusted root does not name',
  ],
  [
    'signed keyless at a Sigstore of its own, with the public one trusted',
    referred(keylessInBundle()),
    WHO,
    'unsupported',
    'a transparency log that the trusted root does not name',
  ],
  [
    'signed keyless, with its entry of the log left out',
    referred((world) => {
      const bundle = keylessInBundle()(world) as { verificationMaterial: object }
      return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: [] } }
    }),
    KEYLESS,
    'invalid',
    'expected 1 timestamps, got 0',
  ],
  [
    'signed keyless for another digest',
    referred(({ other }) => sigstore.bundle(IN_TOTO, statementOf([other.digest]), WHO)),
    KEYLESS,
    'invalid',
    'is about another digest',
  ],
  [
    'with a keyless SBOM attestation that claims to be a signature',
    referred(({ image }) => sigstore.bundle(IN_TOTO, statementOf([image.digest], SPDX), WHO)),
    KEYLESS,
    'unsigned',
    'it is an attestation',
  ],
  [
    'with a keyless bundle whose statement was changed',
    referred(({ image, other }) => {
      const bundle = sigstore.bundle(IN_TOTO, statementOf([other.digest]), WHO) as { dsseEnvelope: object }
      const payload = Buffer.from(statementOf([image.digest])).toString('base64')
      return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload } }
    }),
    KEYLESS,
    'invalid',
    'mismatch',
  ],
  [
    'with a keyless payload that was changed',
    tagged(({ image, other }) => ({
      payload: payloadOf(image.digest),
      annotations: sigstore.annotations(payloadOf(other.digest), WHO),
    })),
    KEYLESS,
    'invalid',
    'mismatch',
  ],
  [
    'with a bundle of two contents, of which the one that is signed is about nothing',
    referred(({ image }) => ({
      ...sigstore.bundle(IN_TOTO, statementOf([image.digest]), evil),
      messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest: 'AAAA' }, signature: 'AAAA' },
    })),
    KEYLESS,
    'unsupported',
    'signs a message',
  ],
  [
    'signed with a key alone',
    tagged(byKey(own)),
    KEYLESS,
    'invalid',
    'has no certificate, so it was made with a key',
  ],
  [
    'signed with a key alone, as a referrer',
    referred(byKeyInBundle(own)),
    KEYLESS,
    'invalid',
    'has no certificate, so it was made with a key',
  ],
  ['signed by one of two identities', referred(keylessInBundle()), [BARE, KEYLESS], 'verified'],
]

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

test.each(IDENTITIES)('an image %s', async (_, sign, rules, is, reason) => {
  const verdict = await world.verdict(sign, [rules].flat())
  expect(verdict).toMatchObject(
    reason === undefined ? { is } : { is, reason: expect.stringContaining(reason) },
  )
})
