/**
 * Opens repositories. One `Registries` per process: its connections, tokens and rate-limit pauses are shared by
 * everything that the process does.
 */
import type { Digest, RepositoryRef } from './reference.ts'
import type { Repository } from './registry.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** How a missing ECR repository is made; the same fields as the list's `repositories`. */
export interface CreateSettings {
  readonly immutableTags: boolean
  readonly scanOnPush: boolean
  readonly tags: Readonly<Record<string, string>>
}

/** A repository of Amazon ECR: the registry protocol plus what only ECR's API can do. */
export interface EcrRepository extends Repository {
  readonly region: string
  /** Digests behind these tags, 100 a call; a tag that is not there is absent. Archived images count as there. */
  tagDigests(tags: readonly string[], signal?: AbortSignal): Promise<Map<string, Digest>>
  /** Which of these digests are there, tagged or not. */
  presentDigests(digests: readonly Digest[], signal?: AbortSignal): Promise<Set<Digest>>
  /** Makes the repository if it is missing; once per process, whoever asks. */
  ensure(settings: CreateSettings, signal?: AbortSignal): Promise<void>
}

export interface Registries {
  /**
   * A repository at any registry. An ECR host (`<account>.dkr.ecr.<region>.amazonaws.com` and its kin) is
   * reached with IAM credentials at the endpoint that ECR itself names.
   */
  open(ref: RepositoryRef, credentials?: Credentials): Promise<Repository>
  /** A repository of this account's ECR in a region. */
  ecr(region: string, repository: string): Promise<EcrRepository>
  /** Closes idle connections. */
  close(): Promise<void>
}
