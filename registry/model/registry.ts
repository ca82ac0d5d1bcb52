/**
 * The port: what the rest of the program may ask of registries and of one repository at one of them. The HTTP
 * client implements it; nobody else knows about HTTP.
 */
import type { Descriptor, Manifest } from './manifest.ts'
import type { Digest, RepositoryRef } from './reference.ts'

/** What a registry last said about its pull quota (Docker Hub's `ratelimit-*` headers). */
export interface RateLimit {
  readonly limit?: number
  readonly remaining?: number
  /** Length of the quota's window, in seconds. */
  readonly windowSeconds?: number
}

/** How much of a repository is there: a plain count of what was sent, for results and benchmarks. */
export interface Traffic {
  readonly requests: number
  /** Manifest GETs: the ones that Docker Hub counts as pulls. */
  readonly countedPulls: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Answers that asked to slow down, however each was dealt with. */
  readonly throttled: number
}

export interface BlobSource {
  /** The blob's size in bytes, as its descriptor has it. */
  readonly size: number
  /**
   * Opens the blob from the start. The stream fails before it ends when size or digest are not as promised,
   * so whoever forwards it cannot forget the check.
   */
  open(signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

export interface PutManifestResult {
  /** The digest that the registry says it stored. */
  readonly digest: Digest
  /** True when the registry indexed the manifest's `subject` itself (it answered `OCI-Subject`). */
  readonly subjectIndexed: boolean
}

/** What the caller knows of a repository, so that it need not be asked. */
export interface Known {
  /** All of its tags: one that is not among them is not asked for. @default - unknown */
  readonly tags?: ReadonlySet<string> | undefined
  /** Reads what an index lists. @default - the index is read from the registry, which counts as a pull */
  readonly readIndex?: (digest: Digest) => Promise<readonly Descriptor[]>
}

export interface Repository {
  /** For messages: `docker.io/library/redis`. */
  readonly name: string
  /** The registry's host, after aliases: two repositories of one registry can mount each other's blobs. */
  readonly registry: string
  readonly repository: string

  /** All tags, every page, without what is not a tag (ECR lists 100 a page, Artifactory lists digests). */
  listTags(signal?: AbortSignal): Promise<string[]>
  /** Digest, type and size behind a tag or digest that may be missing: undefined then. Costs no counted pull. */
  headManifest(reference: string, signal?: AbortSignal): Promise<Descriptor | undefined>
  /**
   * The same for a tag or digest that is listed or spelt out: a HEAD that refuses is settled by one GET.
   * @throws RegistryError with the GET's reason, `notFound` included
   */
  resolveManifest(reference: string, signal?: AbortSignal): Promise<Descriptor>
  /**
   * The same for what may well be missing and is worth no counted pull, such as signatures.
   * @throws RegistryError where the HEAD is refused, though the registry does answer HEADs
   */
  peekManifest(reference: string, signal?: AbortSignal): Promise<Descriptor | undefined>
  /** The manifest, its bytes checked against its digest. */
  getManifest(reference: string, signal?: AbortSignal): Promise<Manifest>
  /** Publishes exact bytes under a tag, or by digest when no tag is given. */
  putManifest(manifest: Manifest, tag?: string, signal?: AbortSignal): Promise<PutManifestResult>
  hasBlob(descriptor: Descriptor, signal?: AbortSignal): Promise<boolean>
  blob(descriptor: Descriptor): BlobSource
  /** Uploads a blob; a failed attempt is repeated from a new session with `source.open()`. */
  putBlob(descriptor: Descriptor, source: BlobSource, signal?: AbortSignal): Promise<void>
  /** Asks the registry to link a blob of a sibling repository. False: it declined, upload it. */
  mountBlob(descriptor: Descriptor, from: string, signal?: AbortSignal): Promise<boolean>
  /**
   * Manifests whose `subject` is this digest: referrers API first, then the fallback tag `sha256-<hex>`.
   */
  referrers(subject: Digest, signal?: AbortSignal, known?: Known): Promise<readonly Descriptor[]>
  /** Sees to it that there are that many connections to the registry: to be called a question before they are needed. */
  warm(connections: number): void
  /** What this repository's registry last said of its quota; undefined when it never did. */
  rateLimit(): RateLimit | undefined
  traffic(): Traffic
}

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
  /** What is behind a tag and when it was pushed; undefined when the tag is not there. */
  pushed(
    tag: string,
    signal?: AbortSignal,
  ): Promise<{ readonly digest: Digest; readonly at: Date } | undefined>
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
