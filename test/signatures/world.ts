// An image at a real registry, what is said about it there, and what the check makes of that.
import type { Builder } from '../../local/upstream/builder.ts'
import type { VerifyRule } from '../../mirror/list/proof/verify-rules.ts'
import type { Verdict } from '../../mirror/verify/verifier.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import { createRegistries } from '../../registry/open.ts'
import { openVerifier, type VerifierOptions } from '../../signatures/open.ts'
import { startUpstream, type Upstream } from '../lambdas/upstream.ts'
import {
  annotationsOf,
  bundleOf,
  IN_TOTO,
  type KeyPair,
  payloadOf,
  referWith,
  statementOf,
  tagSignatures,
} from './signed.ts'
import { createSigstore, type Identity, type SignOptions } from './sigstore.ts'

export const WHO: Identity = {
  identity: 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1',
  issuer: 'https://token.actions.githubusercontent.com',
}
export const sigstore = createSigstore()

export interface Signed {
  readonly app: Builder
  readonly image: Descriptor
  /** Another image of the same repository. */
  readonly other: Descriptor
}
export type Sign = (signed: Signed) => Promise<unknown>

export interface World extends AsyncDisposable {
  readonly upstream: Upstream
  /** What the check makes of an image after `sign`. */
  verdict(sign: Sign, rules: readonly VerifyRule[], options?: VerifierOptions): Promise<Verdict>
}

export async function startWorld(): Promise<World> {
  const upstream = await startUpstream()
  const registries = createRegistries()
  let count = 0
  return {
    upstream,
    async verdict(sign, rules, options) {
      const repository = `team/app${++count}`
      const app = await upstream.fill(repository)
      const [image, other] = [await imageOf(app, `image ${count}`), await imageOf(app, `other ${count}`)]
      await sign({ app, image, other })
      upstream.takeRequests()
      const source = await registries.open({ registry: upstream.registry, repository })
      const verifier = await openVerifier(source, rules, options)
      return verifier.check(image.digest, await verifier.find(image.digest))
    },
    async [Symbol.asyncDispose]() {
      await registries.close()
      await upstream.close()
    },
  }
}

export async function imageOf(app: Builder, text: string): Promise<Descriptor> {
  const config = await app.blob('application/vnd.oci.image.config.v1+json', '{}')
  const layers = [await app.blob('application/vnd.oci.image.layer.v1.tar', text)]
  return app.manifest({ mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers })
}

type Tagged = (signed: Signed) => { payload: string; annotations: Record<string, string> }

/** Signatures behind cosign's tag. */
export function tagged(...signatures: readonly Tagged[]): Sign {
  return (signed) =>
    tagSignatures(
      signed.app,
      signed.image,
      signatures.map((one) => one(signed)),
    )
}

/** A bundle that refers to the image. */
export function referred(bundle: (signed: Signed) => object, annotations?: Record<string, string>): Sign {
  return (signed) => referWith(signed.app, signed.image, bundle(signed), annotations)
}

export function byKey(key: KeyPair): Tagged {
  return ({ image }) => {
    const payload = payloadOf(image.digest)
    return { payload, annotations: annotationsOf(payload, key) }
  }
}

export function byKeyInBundle(key: KeyPair): (signed: Signed) => object {
  return ({ image }) => bundleOf(statementOf([image.digest]), key)
}

export function keyless(who = WHO, options?: SignOptions): Tagged {
  return ({ image }) => {
    const payload = payloadOf(image.digest)
    return { payload, annotations: sigstore.annotations(payload, who, options) }
  }
}

export function keylessInBundle(who = WHO, options?: SignOptions): (signed: Signed) => object {
  return ({ image }) => sigstore.bundle(IN_TOTO, statementOf([image.digest]), who, options)
}

export type Case = [title: string, sign: Sign, rules: VerifyRule | VerifyRule[], is: string, reason?: string]
