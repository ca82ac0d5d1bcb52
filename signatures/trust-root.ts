/**
 * Trusted roots for keyless signatures: the authorities, logs and time stamp services of a Sigstore instance. The root
 * of the public instance comes with a pinned package, so that no run asks the network what to trust.
 * https://github.com/sigstore/root-signing
 */
import { TrustedRoot } from '@sigstore/protobuf-specs'
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' }

const PUBLIC = 'https://tuf-repo-cdn.sigstore.dev'

/** The trusted root of Sigstore's public instance, as JSON text. */
export function publicTrustRoot(): string {
  return Buffer.from(seeds[PUBLIC].targets['trusted_root.json'], 'base64').toString('utf8')
}

/** @throws {Error} with the problem */
export function trustRootOf(text: string): TrustedRoot {
  let root: TrustedRoot
  try {
    root = TrustedRoot.fromJSON(JSON.parse(text))
  } catch (error) {
    throw new Error('it is not a trusted root in JSON', { cause: error })
  }
  if (root.certificateAuthorities.length === 0) throw new Error('it names no certificate authority')
  if (root.tlogs.length === 0) throw new Error('it names no transparency log')
  return root
}
