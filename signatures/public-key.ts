/** Reads public keys, and checks signatures that they made. Supports the keys that cosign makes by default. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { reasonOf } from '../registry/model/foreign-error.ts'

const PEM = /-----BEGIN ([A-Z0-9 ]{1,40})-----[^-]*-----END \1-----/g
const MIN_RSA_BITS = 2048

/** A key of an unsupported kind. Its signatures may be valid. */
export class UnsupportedKey extends Error {
  override readonly name = 'UnsupportedKey'
}

/**
 * Parses a PEM text, which must contain exactly one public key and no private key.
 * @throws UnsupportedKey for a kind of key that is not supported
 * @throws {Error} with the problem and the fix
 */
export function publicKeyOf(pem: string): KeyObject {
  const [found, ...more] = [...pem.matchAll(PEM)]
  const kind = found?.[1] ?? ''
  if (/PRIVATE KEY/.test(pem)) {
    throw new Error(
      'it contains a private key, which must stay secret; give the public key, such as cosign.pub',
    )
  }
  if (found === undefined) {
    throw new Error('it contains no public key; in PEM, one begins with -----BEGIN PUBLIC KEY-----')
  }
  if (more.length > 0) {
    throw new Error(`it contains ${more.length + 1} keys; write one rule of "verify" for each`)
  }
  if (kind !== 'PUBLIC KEY') {
    throw new Error(`it contains a "${kind}", not a PUBLIC KEY; give the public key, such as cosign.pub`)
  }
  return supported(parse({ key: found[0], format: 'pem' }))
}

/** Parses a key in the form that AWS KMS returns. @throws like `publicKeyOf` */
export function publicKeyOfDer(der: Uint8Array): KeyObject {
  return supported(parse({ key: Buffer.from(der), format: 'der', type: 'spki' }))
}

/** Whether the key made the signature. ECDSA and RSA sign the SHA-256 of the data. */
export function isSignedBy(key: KeyObject, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', data, key, signature)
  } catch {
    return false
  }
}

/** @throws UnsupportedKey if signatures of the key cannot be checked here */
export function supported(key: KeyObject): KeyObject {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key
  if (type === 'ed25519') return key
  if (type === 'ec' && details.namedCurve === 'prime256v1') return key
  if (type === 'rsa' && (details.modulusLength ?? 0) >= MIN_RSA_BITS) return key
  const what =
    type === 'ec'
      ? `an EC key on the curve ${nameOfCurve(details.namedCurve)}`
      : `a key of type ${type}${details.modulusLength === undefined ? '' : ` with ${details.modulusLength} bits`}`
  throw new UnsupportedKey(
    `it is ${what}; supported are ECDSA P-256, RSA from ${MIN_RSA_BITS} bits, and Ed25519`,
  )
}

function nameOfCurve(curve = 'unknown'): string {
  return curve.replace(/^secp(384|521)r1$/, 'P-$1')
}

function parse(input: Parameters<typeof createPublicKey>[0]): KeyObject {
  try {
    return createPublicKey(input)
  } catch (error) {
    throw new Error(`it contains a key that cannot be parsed: ${reasonOf(error)}`, { cause: error })
  }
}
