/** Classifies artifacts: signatures, attestations, SBOMs, and others that only have a media type. */
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Artifact } from '../documents.ts'
import type { ArtifactKind } from '../list/proof/artifact-rules.ts'

/** The predicate of a statement that signs an image: https://github.com/sigstore/cosign/blob/main/specs */
export const SIGN_PREDICATE = 'https://sigstore.dev/cosign/sign/v1'
/** A Sigstore bundle carries a signature or an attestation. */
export const BUNDLE_TYPE = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v|\+json)/
/** A signature in cosign's format of tags (`sha256-<hex>.sig`). */
export const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json'
/** A signature of cosign as a referrer, in the format of its tags. */
export const COSIGN_SIGNATURE = 'application/vnd.dev.cosign.artifact.sig.v1+json'
/** A signature by Notation, also used by AWS Signer. */
export const NOTATION_SIGNATURE = 'application/vnd.cncf.notary.signature'

const SIGNATURES: ReadonlySet<string> = new Set([SIMPLE_SIGNING, COSIGN_SIGNATURE, NOTATION_SIGNATURE])
const ATTESTATIONS: ReadonlySet<string> = new Set([
  'application/vnd.in-toto+json',
  'application/vnd.dsse.envelope.v1+json',
  'application/vnd.dev.cosign.artifact.att.v1+json',
])
const SBOM =
  /^(?:(?:application|text)\/(?:spdx|vnd\.cyclonedx|vnd\.syft)(?:\+json|\+xml)?|application\/vnd\.dev\.cosign\.artifact\.sbom\.v1\+json)$/
const SBOM_PREDICATE = /^https:\/\/(?:spdx\.dev\/Document|cyclonedx\.org\/bom)(?:\/|$)/

/** Annotations of Sigstore and BuildKit that repeat the predicate type of the content. */
const PREDICATE_ANNOTATIONS = ['dev.sigstore.bundle.predicateType', 'in-toto.io/predicate-type'] as const
const MAX_PREDICATE = 200

/** Kinds of artifacts by the suffix of cosign's tags. */
const BY_SUFFIX: Readonly<Record<string, { readonly kind: ArtifactKind; readonly type?: string }>> = {
  sig: { kind: 'signature', type: SIMPLE_SIGNING },
  att: { kind: 'attestation', type: 'application/vnd.dsse.envelope.v1+json' },
  sbom: { kind: 'sbom' },
}

export type Described = Pick<Artifact, 'artifactType' | 'mediaType' | 'predicateType' | 'tag'>

/** Reads the predicate type from annotations, which are untrusted and may have any type. */
export function predicateTypeOf(annotations: unknown): string | undefined {
  if (typeof annotations !== 'object' || annotations === null) return undefined
  const values = PREDICATE_ANNOTATIONS.map((key) => Object.getOwnPropertyDescriptor(annotations, key)?.value)
  const found: unknown = values.find((value) => typeof value === 'string' && value !== '')
  return typeof found === 'string' ? found.slice(0, MAX_PREDICATE) : undefined
}

/** The properties of a referrer's descriptor that tell the kind of the artifact. */
export function typesIn({
  artifactType,
  annotations,
}: Partial<Descriptor>): Pick<Artifact, 'artifactType' | 'predicateType'> {
  const predicateType = predicateTypeOf(annotations)
  return {
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    ...(predicateType === undefined ? {} : { predicateType }),
  }
}

/** Keeps only the annotation that `predicateTypeOf` reads, because annotations can be megabytes. */
export function predicateAnnotations(annotations: unknown): Readonly<Record<string, string>> | undefined {
  const predicateType = predicateTypeOf(annotations)
  return predicateType === undefined ? undefined : { [PREDICATE_ANNOTATIONS[0]]: predicateType }
}

/** An attestation of an SBOM has both kinds. A bundle without a predicate type has none. */
export function kindsOf(artifact: Described): ReadonlySet<ArtifactKind> {
  const kinds = new Set<ArtifactKind>()
  const { artifactType = '', predicateType } = artifact
  const tagged = suffixOf(artifact)
  if (tagged !== undefined) kinds.add(tagged.kind)
  const isBundle = BUNDLE_TYPE.test(artifactType)
  if (SIGNATURES.has(artifactType) || (isBundle && predicateType === SIGN_PREDICATE)) kinds.add('signature')
  else if (ATTESTATIONS.has(artifactType) || (isBundle && predicateType !== undefined))
    kinds.add('attestation')
  if (SBOM.test(artifactType) || (predicateType !== undefined && SBOM_PREDICATE.test(predicateType))) {
    kinds.add('sbom')
  }
  return kinds
}

/** Whether the artifact matches a type of the list, which is a kind or a media type. */
export function isOfType(artifact: Described, type: string): boolean {
  const own = artifact.artifactType ?? suffixOf(artifact)?.type ?? artifact.mediaType
  return own.toLowerCase() === type.toLowerCase() || [...kindsOf(artifact)].some((kind) => kind === type)
}

function suffixOf({ tag }: Described): { readonly kind: ArtifactKind; readonly type?: string } | undefined {
  return tag === undefined ? undefined : BY_SUFFIX[tag.slice(tag.lastIndexOf('.') + 1)]
}
