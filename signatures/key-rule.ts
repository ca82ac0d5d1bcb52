/** Accepts signatures by a given key. They need no entry in a transparency log. */
import type { KeyObject } from 'node:crypto'
import { envelopeOf } from './envelope.ts'
import { type Finding, invalid, unsupported, VALID } from './finding.ts'
import { isSignedBy, UnsupportedKey } from './public-key.ts'
import type { Signature } from './read.ts'
import type { Rule } from './rule.ts'
import { checkPayload, checkStatement } from './statement.ts'

/** The annotation in which cosign stores the signature of a payload. */
const SIGNATURE = 'dev.cosignproject.cosign/signature'

/** @param read - reads the key; the rule rejects if this fails */
export function keyRule(read: () => Promise<KeyObject>): Rule {
  return async (signature, digest) => {
    const key = await read().catch((error: unknown) => {
      if (error instanceof UnsupportedKey) return unsupported(`the key of the rule: ${error.message}`)
      throw error
    })
    return 'is' in key ? key : check(signature, digest, key)
  }
}

function check(signature: Signature, digest: string, key: KeyObject): Finding {
  if (signature.format === 'simple') {
    const { payload, annotations } = signature
    const about = checkPayload(payload, digest)
    return about.is === 'valid' ? signedBy(key, payload, signatureIn(annotations)) : about
  }
  const envelope = envelopeOf(signature.document)
  if ('is' in envelope) return envelope
  const about = checkStatement(envelope.payloadType, envelope.payload, digest)
  return about.is === 'valid' ? signedBy(key, envelope.signed, envelope.signature) : about
}

function signedBy(key: KeyObject, data: Uint8Array, signature: Uint8Array): Finding {
  return isSignedBy(key, data, signature)
    ? VALID
    : invalid('it was not made with the key, or its content was changed')
}

/** The signature of a payload in cosign's format of tags; empty if there is none. */
export function signatureIn(annotations: Readonly<Record<string, unknown>>): Uint8Array {
  const value = annotations[SIGNATURE]
  return typeof value === 'string' ? Buffer.from(value, 'base64') : new Uint8Array()
}
