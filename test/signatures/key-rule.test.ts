// Images that must be signed with a key: each case with its outcome.
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { VerifyRule } from '../../mirror/list/proof/verify-rules.ts'
import { annotationsOf, bundleOf, keyPair, payloadOf, SPDX, statementOf, withPem } from './signed.ts'
import { byKey, byKeyInBundle, type Case, referred, startWorld, tagged, type World } from './world.ts'

const own = keyPair()
const foreign = keyPair()
const BY_KEY: VerifyRule = { key: own.pem }

const KEYS: Case[] = [
  ["signed, as cosign's tag", tagged(byKey(own)), BY_KEY, 'verified'],
  ['signed, as a referrer', referred(byKeyInBundle(own)), BY_KEY, 'verified'],
  [
    'signed, as a referrer that does not say what it is',
    referred(byKeyInBundle(own), {}),
    BY_KEY,
    'verified',
  ],
  ['unsigned', async () => undefined, BY_KEY, 'unsigned', 'no artifact is about it'],
  ['signed with another key', tagged(byKey(foreign)), BY_KEY, 'invalid', 'was not made with the key'],
  [
    'signed with another key, as a referrer',
    referred(byKeyInBundle(foreign)),
    BY_KEY,
    'invalid',
    'was not made with the key',
  ],
  [
    'with a signature for another digest',
    tagged(({ other }) => {
      const payload = payloadOf(other.digest)
      return { payload, annotations: annotationsOf(payload, own) }
    }),
    BY_KEY,
    'invalid',
    'is about another digest, sha256:',
  ],
  [
    'with a signature for another digest, as a referrer',
    referred(({ other }) => bundleOf(statementOf([other.digest]), own)),
    BY_KEY,
    'invalid',
    'is about another digest, sha256:',
  ],
  [
    'with a signature that is also for another digest',
    referred(({ image, other }) => bundleOf(statementOf([image.digest, other.digest]), own)),
    BY_KEY,
    'invalid',
    'is about another digest, sha256:',
  ],
  [
    'with a signature for nothing',
    referred(() => bundleOf(statementOf([]), own)),
    BY_KEY,
    'invalid',
    'names no subject',
  ],
  [
    'with a tampered payload',
    tagged(({ image, other }) => ({
      payload: payloadOf(image.digest),
      annotations: annotationsOf(payloadOf(other.digest), own),
    })),
    BY_KEY,
    'invalid',
    'its content was changed',
  ],
  [
    'with a tampered statement',
    referred(({ image, other }) => ({
      ...bundleOf(statementOf([image.digest]), own),
      dsseEnvelope: {
        ...(bundleOf(statementOf([other.digest]), own) as { dsseEnvelope: object }).dsseEnvelope,
        payload: Buffer.from(statementOf([image.digest])).toString('base64'),
      },
    })),
    BY_KEY,
    'invalid',
    'its content was changed',
  ],
  ['signed twice, once with the key', tagged(byKey(foreign), byKey(own)), BY_KEY, 'verified'],
  [
    'signed twice, in both formats, once with the key',
    async (world) => {
      await tagged(byKey(foreign))(world)
      await referred(byKeyInBundle(own))(world)
    },
    BY_KEY,
    'verified',
  ],
  ['signed with the second of two keys', tagged(byKey(own)), [{ key: foreign.pem }, BY_KEY], 'verified'],
  [
    'with an SBOM attestation instead of a signature',
    referred(({ image }) => bundleOf(statementOf([image.digest], SPDX), own), {
      'dev.sigstore.bundle.predicateType': SPDX,
    }),
    BY_KEY,
    'unsigned',
    'it is https://spdx.dev/Document, not a signature',
  ],
  [
    'with an SBOM attestation that claims to be a signature',
    referred(({ image }) => bundleOf(statementOf([image.digest], SPDX), own)),
    BY_KEY,
    'unsigned',
    'it is an attestation (https://spdx.dev/Document), not a signature',
  ],
  [
    'with an SBOM alone',
    ({ app, image }) => app.artifact(image, 'application/spdx+json', {}),
    BY_KEY,
    'unsigned',
    'it is application/spdx+json, not a signature',
  ],
  [
    'signed by Notation or AWS Signer',
    ({ app, image }) => app.artifact(image, 'application/vnd.cncf.notary.signature', {}),
    BY_KEY,
    'unsupported',
    'Notation or AWS Signer',
  ],
  [
    'with a bundle of a message',
    referred(() => ({ messageSignature: { signature: '' } })),
    BY_KEY,
    'unsupported',
    'signs a message',
  ],
  [
    'with an envelope that is no statement',
    referred(({ image }) => bundleOf(statementOf([image.digest]), own, 'text/plain')),
    BY_KEY,
    'unsigned',
    'its envelope has a text/plain, not a statement',
  ],
  [
    'with a bundle that is too large',
    referred(({ image }) => ({
      ...bundleOf(statementOf([image.digest]), own),
      padding: 'x'.repeat(1_100_000),
    })),
    BY_KEY,
    'unsupported',
    'at most 1048576 are read',
  ],
  ['with a bundle of null', referred(() => null as unknown as object), BY_KEY, 'invalid', 'has no envelope'],
  [
    'with a payload without a signature',
    tagged(({ image }) => ({ payload: payloadOf(image.digest), annotations: {} })),
    BY_KEY,
    'invalid',
    'was not made with the key',
  ],
  [
    'with a payload that is not one',
    tagged(() => ({ payload: '{}', annotations: annotationsOf('{}', own) })),
    BY_KEY,
    'invalid',
    "is not a signature in cosign's format",
  ],
  [
    "with an index behind cosign's tag",
    async ({ app, image, other }) => {
      const index = await app.index([other])
      await app.tag(`${image.digest.replace(':', '-')}.sig`, index)
    },
    BY_KEY,
    'unsigned',
    'has no signature inside',
  ],
  [
    "with the image itself behind cosign's tag",
    ({ app, image }) => app.tag(`${image.digest.replace(':', '-')}.sig`, image),
    BY_KEY,
    'unsigned',
    'has no signature inside',
  ],
  ['with a bundle that is not one', referred(() => ({})), BY_KEY, 'invalid', 'has no envelope'],
  [
    'signed with another key, and by Notation',
    async (world) => {
      await tagged(byKey(foreign))(world)
      await world.app.artifact(world.image, 'application/vnd.cncf.notary.signature', {})
    },
    BY_KEY,
    'invalid',
    'was not made with the key',
  ],
]

const p384 = keyPair('P-384')
const KINDS_OF_KEYS: Case[] = [
  ...[
    ['RSA', withPem(generateKeyPairSync('rsa', { modulusLength: 2048 }))] as const,
    ['Ed25519', withPem(generateKeyPairSync('ed25519'))] as const,
  ].map(([kind, key]): Case => [`signed with ${kind}`, tagged(byKey(key)), { key: key.pem }, 'verified']),
  [
    'signed with P-384',
    tagged(byKey(p384)),
    { key: p384.pem },
    'unsupported',
    'on the curve P-384; supported are',
  ],
  [
    'signed with P-521',
    tagged(byKey(keyPair('P-521'))),
    { key: keyPair('P-521').pem },
    'unsupported',
    'on the curve P-521; supported are',
  ],
]

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

test.each([...KEYS, ...KINDS_OF_KEYS])('an image %s', async (_, sign, rules, is, reason) => {
  const verdict = await world.verdict(sign, [rules].flat())
  expect(verdict).toMatchObject(
    reason === undefined ? { is } : { is, reason: expect.stringContaining(reason) },
  )
})
