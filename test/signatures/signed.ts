// Images with signatures at a real registry: by a key or without one, as cosign's tag or as a referrer.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Builder } from '../../local/upstream/builder.ts'
import { type Descriptor, MediaType } from '../../registry/model/manifest.ts'

export const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json'
export const SIMPLE = 'application/vnd.dev.cosign.simplesigning.v1+json'
export const SIGN = 'https://sigstore.dev/cosign/sign/v1'
export const SPDX = 'https://spdx.dev/Document'
export const IN_TOTO = 'application/vnd.in-toto+json'

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** The public key in PEM. */
  readonly pem: string
}

export function keyPair(curve = 'P-256'): KeyPair {
  return withPem(generateKeyPairSync('ec', { namedCurve: curve }))
}

export function withPem(pair: { publicKey: KeyObject; privateKey: KeyObject }): KeyPair {
  return { ...pair, pem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}

/** What cosign signs in its format of tags. */
export function payloadOf(digest: string): string {
  const identity = { 'docker-reference': 'registry.example.com/elsewhere/app' }
  const image = { 'docker-manifest-digest': digest }
  return JSON.stringify({
    critical: { identity, image, type: 'cosign container image signature' },
    optional: null,
  })
}

/** What cosign signs in a bundle. */
export function statementOf(digests: readonly string[], predicateType = SIGN): string {
  const subject = digests.map((digest) => ({ digest: { sha256: digest.slice('sha256:'.length) } }))
  return JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate: {} })
}

/** The annotations of a payload that a key signs. */
export function annotationsOf(
  payload: string,
  { privateKey }: Pick<KeyPair, 'privateKey'>,
): Record<string, string> {
  return { 'dev.cosignproject.cosign/signature': signed(payload, privateKey) }
}

/** A bundle whose statement a key signs. */
export function bundleOf(
  payload: string,
  { privateKey }: Pick<KeyPair, 'privateKey'>,
  type = IN_TOTO,
): object {
  const envelope = `DSSEv1 ${type.length} ${type} ${Buffer.byteLength(payload)} ${payload}`
  return {
    mediaType: BUNDLE,
    verificationMaterial: { publicKey: { hint: 'key' }, tlogEntries: [] },
    dsseEnvelope: {
      payloadType: type,
      payload: Buffer.from(payload).toString('base64'),
      signatures: [{ sig: signed(envelope, privateKey) }],
    },
  }
}

function signed(text: string, key: KeyObject): string {
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  return sign(algorithm, Buffer.from(text), key).toString('base64')
}

/** Puts signatures behind cosign's tag of an image: one layer for each. */
export async function tagSignatures(
  at: Builder,
  image: Descriptor,
  signatures: readonly { readonly payload: string; readonly annotations: Record<string, string> }[],
): Promise<Descriptor> {
  const layers = await Promise.all(
    signatures.map(async ({ payload, annotations }) => ({
      ...(await at.blob(SIMPLE, payload)),
      annotations,
    })),
  )
  const config = await at.blob('application/vnd.oci.image.config.v1+json', '{}')
  const manifest = await at.manifest({ mediaType: MediaType.ociManifest, config, layers })
  await at.tag(`${image.digest.replace(':', '-')}.sig`, manifest)
  return manifest
}

/** Refers to an image with a bundle, and says of it what cosign says. */
export async function referWith(
  at: Builder,
  image: Descriptor,
  bundle: object,
  annotations: Record<string, string> = { 'dev.sigstore.bundle.predicateType': SIGN },
): Promise<Descriptor> {
  const { mediaType, digest, size } = image
  return at.manifest({
    mediaType: MediaType.ociManifest,
    artifactType: BUNDLE,
    config: await at.blob(MediaType.emptyJson, '{}'),
    layers: [await at.blob(BUNDLE, JSON.stringify(bundle))],
    subject: { mediaType, digest, size },
    annotations,
  })
}
