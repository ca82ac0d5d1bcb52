/** The port to the check of signatures: what Resolve asks, and what it is told. signatures/ implements it. */
import type { Artifact } from '../documents.ts'

/** What may be a signature of an image. */
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
  /** Why there may be more. */
  readonly trouble?: unknown
}

export interface Verifier {
  /** Identifies the rules, what they trust, and the version of the check: results are remembered under it. */
  readonly id: string
  /** Lists what may sign the digest, without a counted pull. @throws rate limits */
  find(digest: string, signal?: AbortSignal): Promise<Found>
  /** Reads candidates until one signs the digest. @throws if one could not be read or checked, and no other fits */
  check(digest: string, found: Found, signal?: AbortSignal): Promise<Verdict>
}
