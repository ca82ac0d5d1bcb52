/**
 * Turns a keyless signature in cosign's format of tags into a bundle, whose parts are annotations of its layer.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#properties
 */
import { createHash, X509Certificate } from 'node:crypto'
import * as z from 'zod'
import { parseJson } from '../registry/model/json.ts'
import { type Finding, invalid } from './finding.ts'
import { signatureIn } from './key-rule.ts'
import type { Annotations } from './read.ts'

const CERTIFICATE = 'dev.sigstore.cosign/certificate'
const LOG_ENTRY = 'dev.sigstore.cosign/bundle'
const TIME_STAMP = 'dev.sigstore.cosign/rfc3161timestamp'
/** Version 0.2 and later expect a proof of inclusion, which this format does not have. */
const BUNDLE = 'application/vnd.dev.sigstore.bundle+json;version=0.1'

const entrySchema = z.object({
  SignedEntryTimestamp: z.base64(),
  Payload: z.object({
    body: z.base64(),
    integratedTime: z.int(),
    logIndex: z.int(),
    logID: z.hex(),
  }),
})
const bodySchema = z.object({ kind: z.string(), apiVersion: z.string() })
const timeStampSchema = z.object({ SignedRFC3161Timestamp: z.base64() })

/** The bundle as JSON, or why there is none. */
export function legacyBundle(payload: Uint8Array, annotations: Annotations): object | Finding {
  const certificate = derOf(annotations[CERTIFICATE])
  if (certificate === undefined) return invalid('it has no certificate, so it was made with a key')
  const entry = entrySchema.safeParse(parse(annotations[LOG_ENTRY]))
  if (!entry.success) return invalid('it has no entry of a transparency log')
  const stamp = timeStampSchema.safeParse(parse(annotations[TIME_STAMP])).data
  const entries = logEntry(entry.data)
  if (entries === undefined) return invalid('its entry of a transparency log is malformed')
  return {
    mediaType: BUNDLE,
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes: certificate }] },
      tlogEntries: [entries],
      timestampVerificationData: {
        rfc3161Timestamps: stamp === undefined ? [] : [{ signedTimestamp: stamp.SignedRFC3161Timestamp }],
      },
    },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: createHash('sha256').update(payload).digest('base64') },
      signature: Buffer.from(signatureIn(annotations)).toString('base64'),
    },
  }
}

function logEntry({ SignedEntryTimestamp, Payload }: z.infer<typeof entrySchema>): object | undefined {
  const { body, integratedTime, logIndex, logID } = Payload
  const kind = bodySchema.safeParse(parse(Buffer.from(body, 'base64').toString('utf8')))
  if (!kind.success) return undefined
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
    kindVersion: { kind: kind.data.kind, version: kind.data.apiVersion },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: SignedEntryTimestamp },
    canonicalizedBody: body,
  }
}

function derOf(pem: unknown): string | undefined {
  if (typeof pem !== 'string') return undefined
  try {
    return new X509Certificate(pem).raw.toString('base64')
  } catch {
    return undefined
  }
}

function parse(text: unknown): unknown {
  return typeof text === 'string' ? parseJson(text) : undefined
}
