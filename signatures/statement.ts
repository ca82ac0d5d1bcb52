/**
 * Checks what a signature says: that it is a signature of this very digest. Sigstore's library checks the envelope
 * alone, so a valid attestation, or a valid signature of another image, passes it.
 * https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#payload
 */
import * as z from 'zod'
import { SIGN_PREDICATE } from '../mirror/artifacts/kinds.ts'
import { quote } from '../registry/model/label.ts'
import { type Finding, invalid, VALID } from './finding.ts'

export const IN_TOTO = 'application/vnd.in-toto+json'
const SIMPLE_SIGNING = 'cosign container image signature'

const statementSchema = z.object({
  _type: z.string().startsWith('https://in-toto.io/Statement/'),
  predicateType: z.string(),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })),
})

const payloadSchema = z.object({
  critical: z.object({
    type: z.literal(SIMPLE_SIGNING),
    image: z.object({ 'docker-manifest-digest': z.string() }),
  }),
})

/** @param digest - of the image */
export function checkStatement(payloadType: string, payload: Uint8Array, digest: string): Finding {
  if (payloadType !== IN_TOTO) {
    return { is: 'other', reason: `its envelope has a ${quote(payloadType, 100)}, not a statement` }
  }
  const statement = statementSchema.safeParse(parse(payload))
  if (!statement.success) return invalid('its content is not an in-toto statement')
  const { predicateType, subject } = statement.data
  if (predicateType !== SIGN_PREDICATE) {
    return { is: 'other', reason: `it is an attestation (${quote(predicateType, 100)}), not a signature` }
  }
  if (subject.length === 0) return invalid('it names no subject')
  const [algorithm = '', hex = ''] = digest.split(':')
  const other = subject.find((one) => valueAt(one.digest, algorithm) !== hex)
  return other === undefined ? VALID : invalid(`it is about another digest, ${describe(other.digest)}`)
}

/** @param digest - of the image */
export function checkPayload(payload: Uint8Array, digest: string): Finding {
  const parsed = payloadSchema.safeParse(parse(payload))
  if (!parsed.success) return invalid("its content is not a signature in cosign's format")
  // The name in `docker-reference` is that of where it was signed, which a mirror differs from by design.
  const signed = parsed.data.critical.image['docker-manifest-digest']
  return signed === digest ? VALID : invalid(`it is about another digest, ${quote(signed, 100)}`)
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

function describe(digest: Readonly<Record<string, string>>): string {
  const [first] = Object.entries(digest)
  return first === undefined ? 'but says not which' : quote(first.join(':'), 100)
}

function valueAt(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
