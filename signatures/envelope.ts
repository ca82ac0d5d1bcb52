/** Reads the DSSE envelope of a Sigstore bundle that a key signed: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
import * as z from 'zod'
import { type Finding, invalid, unsupported } from './finding.ts'

export interface Envelope {
  readonly payloadType: string
  readonly payload: Uint8Array
  /** The signed bytes: the payload with its type. */
  readonly signed: Uint8Array
  readonly signature: Uint8Array
}

const bundleSchema = z.object({
  dsseEnvelope: z.object({
    payloadType: z.string(),
    payload: z.base64(),
    signatures: z.array(z.object({ sig: z.base64() })).length(1),
  }),
})

export function envelopeOf(bundle: unknown): Envelope | Finding {
  if (typeof bundle === 'object' && bundle !== null && 'messageSignature' in bundle) {
    return unsupported('its bundle signs a message instead of a statement')
  }
  const parsed = bundleSchema.safeParse(bundle)
  if (!parsed.success) return invalid('its bundle has no envelope with one signature')
  const { payloadType, payload: encoded, signatures } = parsed.data.dsseEnvelope
  const payload = Buffer.from(encoded, 'base64')
  return {
    payloadType,
    payload,
    signed: preAuthEncoding(payloadType, payload),
    signature: Buffer.from(signatures[0]?.sig ?? '', 'base64'),
  }
}

function preAuthEncoding(type: string, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.from(type)
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${bytes.length} `),
    bytes,
    Buffer.from(` ${payload.length} `),
    payload,
  ])
}
