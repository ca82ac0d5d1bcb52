/**
 * Reads public keys from AWS KMS. Loaded only if a rule names such a key.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
 */
import type { KeyObject } from 'node:crypto'
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { sdkProxy } from '../registry/http/proxy.ts'
import { RegistryError } from '../registry/model/errors.ts'
import { namedReasonOf } from '../registry/model/foreign-error.ts'
import { publicKeyOfDer, UnsupportedKey } from './public-key.ts'

/** @throws UnsupportedKey, or RegistryError with the reason why the key cannot be read */
export async function readKmsKey(arn: string): Promise<KeyObject> {
  const region = arn.split(':')[3] ?? ''
  const client = new KMSClient({ ...sdkProxy(), region })
  try {
    const { PublicKey = new Uint8Array(), KeyUsage } = await client.send(
      new GetPublicKeyCommand({ KeyId: arn }),
    )
    if (KeyUsage !== 'SIGN_VERIFY') throw new UnsupportedKey(`its usage is ${KeyUsage}, not SIGN_VERIFY`)
    return publicKeyOfDer(PublicKey)
  } catch (error) {
    if (error instanceof UnsupportedKey || !(error instanceof Error)) throw error
    throw explain(arn, error)
  } finally {
    client.destroy()
  }
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html#API_GetPublicKey_Errors */
function explain(arn: string, error: Error): RegistryError {
  const what = `the key ${arn} cannot be read: ${namedReasonOf(error)}`
  const init = { code: error.name, cause: error }
  if (/Throttl|LimitExceeded/.test(error.name))
    return new RegistryError(what, { kind: 'rateLimited', ...init })
  if (!/NotFound|AccessDenied|Disabled|Invalid|Unsupported|UnrecognizedClient/.test(error.name)) {
    return new RegistryError(what, { kind: 'unavailable', ...init })
  }
  const fix = 'check its ARN, that it is enabled, and that its key policy allows kms:GetPublicKey'
  return new RegistryError(`${what}; ${fix}`, { kind: 'unauthorized', ...init })
}
