/** The port through which Resolve checks signatures. signatures/ implements it. */
import type { Artifact } from '../documents.ts'

/** An artifact that may be a signature of an image. */
export type Candidate = Pick<
  Artifact,
  'digest' | 'mediaType' | 'size' | 'artifactType' | 'predicateType' | 'tag'
>

export type Verdict =
  | { readonly is: 'verified' }
  | {
      /**
       * `unsigned`: there is no signature. `invalid`: none of the signatures fits. `unsupported`: none fits, and one
       * cannot be checked here.
       */
      readonly is: 'unsigned' | 'invalid' | 'unsupported'
      readonly reason: string
    }

export interface Found {
  readonly candidates: readonly Candidate[]
  /** The error because of which there may be more. */
  readonly failure?: unknown
}

export interface Verifier {
  /** Identifies the rules, what they trust, and the version of the check. Results are remembered under this id. */
  readonly id: string
  /** Lists possible signatures of the digest, without a counted pull. @throws rate limits */
  find(digest: string, signal?: AbortSignal): Promise<Found>
  /** Reads candidates until one is valid. @throws if one could not be read or checked, and no other is valid */
  check(digest: string, found: Found, signal?: AbortSignal): Promise<Verdict>
}
