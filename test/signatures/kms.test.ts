// Public keys of AWS KMS, read with the real client from the embedded service.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Fault } from '../../local/aws/call.ts'
import { type Ecr, startEcr } from '../../local/aws/ecr.ts'
import { readKmsKey } from '../../signatures/kms.ts'
import { keyPair } from './signed.ts'

const ARN = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const own = keyPair()

let dir: string
let aws: Ecr
let fault: Fault | undefined

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kms-'))
  fault = undefined
  const keysFile = join(dir, 'keys.json')
  await writeFile(keysFile, JSON.stringify({ [ARN]: own.pem, [`${ARN}-384`]: keyPair('P-384').pem }))
  const regions = ['us-east-1']
  aws = await startEcr({ dir, account: '123456789012', regions, keysFile, onRequest: () => fault })
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', aws.endpoint)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ResolveRole')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x')
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await aws.close()
  await rm(dir, { recursive: true, force: true })
})

test('reads a key in its own region', async () => {
  const key = await readKmsKey(ARN)
  expect(key.export({ type: 'spki', format: 'pem' })).toBe(own.pem)
  expect(aws.calls).toMatchObject([
    { service: 'kms', action: 'GetPublicKey', region: 'eu-central-1', resource: ARN },
  ])
})

test('a key on another curve is unsupported', async () => {
  await expect(readKmsKey(`${ARN}-384`)).rejects.toMatchObject({
    name: 'UnsupportedKey',
    message: expect.stringContaining('on the curve P-384'),
  })
})

test('a missing key is named with the fix', async () => {
  await expect(readKmsKey(`${ARN}-no`)).rejects.toMatchObject({
    kind: 'unauthorized',
    code: 'NotFoundException',
    message: expect.stringMatching(/^the key arn:.* cannot be read: .*does not exist.*kms:GetPublicKey$/),
  })
})

test.each([
  ['ThrottlingException', 400, 'rateLimited'],
  ['AccessDeniedException', 400, 'unauthorized'],
  ['DisabledException', 400, 'unauthorized'],
  ['KMSInvalidStateException', 400, 'unauthorized'],
  ['KMSInternalException', 500, 'unavailable'],
  ['DependencyTimeoutException', 500, 'unavailable'],
] as const)('%s of KMS (%d) is %s', async (code, status, kind) => {
  const headers = { 'content-type': 'application/x-amz-json-1.1' }
  fault = { status, headers, body: JSON.stringify({ __type: code, message: 'no' }) }
  await expect(readKmsKey(ARN)).rejects.toMatchObject({ kind, code })
})

test('a key that cannot be reached is unavailable', async () => {
  fault = 'reset'
  await expect(readKmsKey(ARN)).rejects.toMatchObject({ kind: 'unavailable' })
})
