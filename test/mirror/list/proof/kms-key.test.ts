// Which names of KMS keys the list takes.
import { expect, test } from 'vitest'
import { kmsArnOf, kmsKeyProblem, regionOfKey } from '../../../../mirror/list/proof/kms-key.ts'

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:eu-west-1:123456789012:key/${ID}`

test.each([
  [`awskms:///${ARN}`, ARN],
  [
    'awskms:///arn:aws-cn:kms:cn-north-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab',
    'arn:aws-cn:kms:cn-north-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab',
  ],
])('%s is a key', (key, arn) => {
  expect([kmsArnOf(key), kmsKeyProblem(key)]).toEqual([arn, undefined])
})

test('the region of a key is in its ARN', () => expect(regionOfKey(ARN)).toBe('eu-west-1'))

test.each([
  [ARN, `write it as "awskms:///${ARN}"`],
  [
    `awskms://${ARN}`,
    'does not name a key of AWS KMS; write it as "awskms:///arn:aws:kms:REGION:ACCOUNT:key/ID"',
  ],
  ['awskms:///alias/cosign', 'names an alias, which can move to another key'],
  ['awskms:///arn:aws:kms:eu-west-1:123456789012:alias/cosign', 'names an alias'],
  [`awskms://localhost:4566/${ARN}`, 'does not name a key of AWS KMS'],
  ['gcpkms://projects/x', 'is in a key store that is not supported'],
  ['k8s://ns/key', 'is in a key store that is not supported'],
])('%s is answered with the fix', (key, problem) => {
  expect(kmsArnOf(key)).toBeUndefined()
  expect(kmsKeyProblem(key)).toContain(problem)
})

test('a path is no name of a KMS key', () => {
  expect([kmsArnOf('keys/cosign.pub'), kmsKeyProblem('keys/cosign.pub')]).toEqual([undefined, undefined])
})
