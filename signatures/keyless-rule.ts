/**
 * Accepts signatures by a given identity with a short-lived certificate. Sigstore's library checks the certificate, its
 * time, its entry in the transparency log, and the signature. The signed content and the identity are checked here: the
 * library matches an identity as an unanchored regular expression, and accepts any identity if it is empty.
 */
import { createPublicKey, X509Certificate } from 'node:crypto'
import { type Bundle, bundleFromJSON } from '@sigstore/bundle'
import { type Signer, type TrustMaterial, toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { identityMatcher } from '../mirror/list/proof/identity.ts'
import { quote } from '../registry/model/label.ts'
import { type Finding, invalid, unsupported, VALID } from './finding.ts'
import { legacyBundle } from './legacy-bundle.ts'
import { supported, UnsupportedKey } from './public-key.ts'
import type { Signature } from './read.ts'
import type { Rule } from './rule.ts'
import { checkPayload, checkStatement } from './statement.ts'
import { publicTrustRoot, trustRootOf } from './trust-root.ts'

/** https://datatracker.ietf.org/doc/html/rfc5280#section-4.2.1.12 */
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'

export interface Keyless {
  readonly identity: string
  readonly issuer: string
  /** @default - Sigstore's public instance */
  readonly trustRoot?: string | undefined
}

/** @throws {Error} if the rule itself is not valid */
export function keylessRule({ identity, issuer, trustRoot = publicTrustRoot() }: Keyless): Rule {
  const isIdentity = identityMatcher(identity)
  const trust = toTrustMaterial(trustRootOf(trustRoot))
  return async (signature, digest) => {
    const prepared = prepare(signature, digest)
    if ('is' in prepared) return prepared
    const signer = signerOf(prepared, trust)
    if ('is' in signer) return signer
    const { subjectAlternativeName: name, extensions } = signer.identity ?? {}
    if (name === undefined || !isIdentity(name)) {
      return invalid(
        `it was made by ${quote(name ?? 'nobody', 200)}, and the rule names ${quote(identity, 200)}`,
      )
    }
    if (issuer === '' || extensions?.issuer !== issuer) {
      const other = quote(extensions?.issuer ?? 'nobody', 200)
      return invalid(`its identity was issued by ${other}, and the rule names ${quote(issuer, 200)}`)
    }
    return VALID
  }
}

interface Prepared {
  readonly bundle: Bundle
  /** The signed bytes, if the bundle does not contain them. */
  readonly message?: Buffer
}

function prepare(signature: Signature, digest: string): Prepared | Finding {
  if (signature.format === 'simple') {
    const { payload, annotations } = signature
    const about = checkPayload(payload, digest)
    if (about.is !== 'valid') return about
    const document = legacyBundle(payload, annotations)
    return 'is' in document ? (document as Finding) : parse(document, Buffer.from(payload))
  }
  const parsed = parse(signature.document)
  if ('is' in parsed) return parsed
  const { content } = parsed.bundle
  // The parsed bundle is what the library checks. The JSON can hold several contents.
  if (content.$case !== 'dsseEnvelope')
    return unsupported('its bundle signs a message instead of a statement')
  const { payloadType, payload } = content.dsseEnvelope
  const about = checkStatement(payloadType, payload, digest)
  return about.is === 'valid' ? parsed : about
}

function parse(document: unknown, message?: Buffer): Prepared | Finding {
  try {
    return { bundle: bundleFromJSON(document), ...(message === undefined ? {} : { message }) }
  } catch (error) {
    return invalid(`its bundle is not valid: ${reasonOf(error)}`)
  }
}

/** All errors here are caused by the content of the signature. */
function signerOf({ bundle, message }: Prepared, trust: TrustMaterial): Signer | Finding {
  const certificate = certificateOf(bundle)
  if (certificate === undefined) return invalid('it has no certificate, so it was made with a key')
  try {
    const { publicKey, keyUsage } = new X509Certificate(certificate)
    if (!keyUsage?.includes(CODE_SIGNING)) return invalid('its certificate is not for signing')
    supported(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })))
    const entity = toSignedEntity(bundle, message)
    const foreign = entity.tlogEntries.some(
      ({ logId }) => !trust.tlogs.some(({ logID }) => logID.equals(logId.keyId)),
    )
    if (foreign) return unsupported('it is in a transparency log that the trusted root does not name')
    return new Verifier(trust, thresholds(trust)).verify(entity)
  } catch (error) {
    if (error instanceof UnsupportedKey) return unsupported(`the key of its certificate: ${error.message}`)
    return invalid(reasonOf(error))
  }
}

/** A certificate proves an identity only at the time that a log or a time stamp confirms. */
function thresholds({ ctlogs }: TrustMaterial): ConstructorParameters<typeof Verifier>[1] {
  return { tlogThreshold: 1, timestampThreshold: 1, ctlogThreshold: ctlogs.length === 0 ? 0 : 1 }
}

function certificateOf({ verificationMaterial: { content } }: Bundle): Buffer | undefined {
  if (content.$case === 'certificate') return content.certificate.rawBytes
  return content.$case === 'x509CertificateChain'
    ? content.x509CertificateChain.certificates[0]?.rawBytes
    : undefined
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return quote(String(error))
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return quote(`${error.message}${cause}`)
}
