/**
 * Signs sample images as cosign does, in both formats, with a publicly known key: the signatures are valid, but only
 * prove that they were copied unchanged.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { type Descriptor, MediaType } from '../../registry/model/manifest.ts'
import type { Builder } from './builder.ts'
import { CREATED } from './layer.ts'

/** The prefix of the 32 bytes of an Ed25519 key: https://www.rfc-editor.org/rfc/rfc8410#section-7 */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
// Ed25519 signatures are deterministic, and so are the digests of the artifacts that contain them.
const privateKey = createPrivateKey({
  key: Buffer.concat([PKCS8_ED25519, createHash('sha256').update('image-mirror sample key').digest()]),
  format: 'der',
  type: 'pkcs8',
})

/** For `cosign verify --key`. */
export const SAMPLE_PUBLIC_KEY = createPublicKey(privateKey)
  .export({ format: 'pem', type: 'spki' })
  .toString()

/** A signature under the tag `sha256-<hex>.sig`: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md */
export async function signByTag(build: Builder, subject: Descriptor, name: string): Promise<void> {
  const payload = JSON.stringify({
    critical: {
      identity: { 'docker-reference': name },
      image: { 'docker-manifest-digest': subject.digest },
      type: 'cosign container image signature',
    },
    optional: null,
  })
  const layer = await build.blob('application/vnd.dev.cosign.simplesigning.v1+json', payload)
  const signature = sign(null, Buffer.from(payload), privateKey).toString('base64')
  const config = {
    created: CREATED.toISOString(),
    architecture: '',
    os: '',
    config: {},
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  }
  const manifest = await build.manifest({
    mediaType: MediaType.ociManifest,
    config: await build.blob('application/vnd.oci.image.config.v1+json', JSON.stringify(config)),
    layers: [{ ...layer, annotations: { 'dev.cosignproject.cosign/signature': signature } }],
  })
  await build.tag(`${subject.digest.replace(':', '-')}.sig`, manifest)
}

const IN_TOTO = 'application/vnd.in-toto+json'
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/** A signature as a referrer, which is what cosign 3 writes: https://docs.sigstore.dev/about/bundle/ */
export function signByReferrer(build: Builder, subject: Descriptor): Promise<Descriptor> {
  const payload = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: subject.digest.replace('sha256:', '') } }],
    predicateType: 'https://sigstore.dev/cosign/sign/v1',
    predicate: {},
  })
  // https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
  const signed = `DSSEv1 ${IN_TOTO.length} ${IN_TOTO} ${payload.length} ${payload}`
  return build.artifact(subject, BUNDLE, {
    mediaType: BUNDLE,
    verificationMaterial: { publicKey: { hint: 'image-mirror sample key' } },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType: IN_TOTO,
      signatures: [{ sig: sign(null, Buffer.from(signed), privateKey).toString('base64') }],
    },
  })
}
