/**
 * The encryption of new repositories. ECR describes the key and makes two grants on it on behalf of the caller, who
 * needs the permissions: https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
 */
import { z } from 'zod'
import { arnOf } from '../../arn.ts'
import { AwsError } from '../../aws-json.ts'
import type { Context } from '../operation.ts'
import type { RepositorySettings } from '../region.ts'

export const encryptionInput = z
  .object({
    encryptionType: z.enum(['AES256', 'KMS', 'KMS_DSSE']),
    kmsKey: z.string().min(1).max(2048).optional(),
  })
  .refine(({ encryptionType, kmsKey }) => encryptionType !== 'AES256' || kmsKey === undefined, {
    error: 'a KMS key requires the encryption type KMS',
  })
  .default({ encryptionType: 'AES256' })

/** The id of the key that AWS makes for ECR in each region. */
const OWN_KEY = '00000000-0000-4000-8000-ec0000000000'

/** @throws {AwsError} KmsException if the key is in another region */
export function encryptionOf(
  { encryptionType, kmsKey }: z.infer<typeof encryptionInput>,
  { region, accessKeyId, record }: Context,
): RepositorySettings['encryptionConfiguration'] {
  if (encryptionType === 'AES256') return { encryptionType }
  // The key policy of AWS's own key admits everyone who may use ECR.
  if (kmsKey === undefined)
    return { encryptionType, kmsKey: arnOf('kms', region.region, region.account, `key/${OWN_KEY}`) }
  const [, , , keyRegion] = kmsKey.split(':')
  const arn = kmsKey.startsWith('arn:')
    ? kmsKey
    : arnOf('kms', region.region, region.account, `key/${kmsKey}`)
  if (keyRegion !== undefined && keyRegion !== region.region)
    throw new AwsError(
      'KmsException',
      `Key '${kmsKey}' does not exist (Service: AWSKMS; Error Code: NotFoundException)`,
    )
  for (const action of ['DescribeKey', 'CreateGrant', 'CreateGrant']) {
    record({
      at: new Date().toISOString(),
      service: 'kms',
      action,
      region: region.region,
      accessKeyId,
      resource: arn,
      by: 'api',
      via: 'ecr',
    })
  }
  return { encryptionType, kmsKey: arn }
}
