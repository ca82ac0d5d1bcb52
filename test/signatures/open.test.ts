// What becomes of a check when something cannot be read, and what is remembered under which name.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { RegistryError, type RegistryErrorKind } from '../../registry/model/errors.ts'
import { createRegistries } from '../../registry/open.ts'
import { openVerifier } from '../../signatures/open.ts'
import { publicKeyOf } from '../../signatures/public-key.ts'
import { keyPair } from './signed.ts'
import { byKey, byKeyInBundle, referred, type Sign, startWorld, tagged, WHO, type World } from './world.ts'

const own = keyPair()
const foreign = keyPair()
const ARN = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const BY_KEY = [{ key: own.pem }]
const BY_KMS = [{ key: `awskms:///${ARN}` }]
const FORBIDDEN = { status: 403 }

let world: World
beforeAll(async () => {
  world = await startWorld()
})
beforeEach(() => world.upstream.refuseWith(undefined))
afterAll(() => world[Symbol.asyncDispose]())

const both: Sign = async (signed) => {
  await tagged(byKey(own))(signed)
  await referred(byKeyInBundle(own))(signed)
}

test.each([
  ['referrers', /\/referrers\//],
  ['the tag of cosign', /\.sig$/],
])('%s that cannot be asked for do not hide a signature that fits', async (_, on) => {
  world.upstream.refuseWith(FORBIDDEN, on)
  expect(await world.verdict(both, BY_KEY)).toEqual({ is: 'verified' })
})

test.each([
  ['referrers', /\/referrers\//, tagged(byKey(foreign))],
  ['the tag of cosign', /\.sig$/, referred(byKeyInBundle(foreign))],
  ['a manifest', /\/manifests\/sha256:/, tagged(byKey(own))],
  ['a payload', /\/blobs\/sha256:/, tagged(byKey(own))],
])('%s that the registry refuses is "could not be checked"', async (_, on, sign) => {
  world.upstream.refuseWith(FORBIDDEN, on)
  await expect(world.verdict(sign, BY_KEY)).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringMatching(
      /^the signatures of 127\.0\.0\.1:\d+\/team\/app\d+@sha256:\w+ could not be checked: /,
    ),
  })
})

test('a key of KMS is read once, whatever the number of signatures', async () => {
  const read: string[] = []
  const readKey = async (arn: string) => {
    read.push(arn)
    return publicKeyOf(own.pem)
  }
  const sign = tagged(byKey(foreign), byKey(foreign), byKey(own))
  expect(await world.verdict(sign, BY_KMS, { readKey })).toEqual({ is: 'verified' })
  expect(read).toEqual([ARN])
})

test('a key of KMS is not read for an image without signatures', async () => {
  const readKey = () => Promise.reject(new Error('asked'))
  expect(await world.verdict(async () => undefined, BY_KMS, { readKey })).toMatchObject({ is: 'unsigned' })
})

test.each<[RegistryErrorKind, object]>([
  [
    'unauthorized',
    { name: 'AccessDenied', message: expect.stringContaining('could not be checked: no key') },
  ],
  ['unavailable', { name: 'RegistryUnavailable' }],
  ['rateLimited', { kind: 'rateLimited' }],
])('a key of KMS that cannot be read (%s) is "could not be checked"', async (kind, error) => {
  const readKey = () => Promise.reject(new RegistryError('no key', { kind }))
  await expect(world.verdict(tagged(byKey(own)), BY_KMS, { readKey })).rejects.toMatchObject(error)
  // Another rule that holds is enough.
  const rules = [...BY_KMS, ...BY_KEY]
  expect(await world.verdict(tagged(byKey(own)), rules, { readKey })).toEqual({ is: 'verified' })
})

test('only so many artifacts are read', async () => {
  const many: Sign = async (signed) => {
    for (let index = 0; index < 105; index++) {
      await referred(byKeyInBundle(foreign), {
        index: `${index}`,
        'dev.sigstore.bundle.predicateType': SIGN,
      })(signed)
    }
  }
  const verdict = await world.verdict(many, BY_KEY)
  expect(verdict).toMatchObject({
    is: 'invalid',
    reason: expect.stringMatching(/; and 97 more; only the first 100 artifacts were read$/),
  })
  const gets = world.upstream.takeRequests().filter((request) => /^GET .*\/manifests\//.test(request))
  expect(gets).toHaveLength(100)
})

const SIGN = 'https://sigstore.dev/cosign/sign/v1'

test('results are remembered under the rules and what they trust', async () => {
  const registries = createRegistries()
  const source = await registries.open({ registry: world.upstream.registry, repository: 'team/app' })
  const idOf = async (rules: Parameters<typeof openVerifier>[1]) => (await openVerifier(source, rules)).id
  const ids = await Promise.all([
    idOf(BY_KEY),
    idOf([{ key: foreign.pem }]),
    idOf([...BY_KEY, { key: foreign.pem }]),
    idOf([WHO]),
    idOf([{ ...WHO, issuer: 'https://other.example' }]),
  ])
  expect(new Set(ids).size).toBe(ids.length)
  expect(await idOf(BY_KEY)).toBe(ids[0])
  await registries.close()
})
