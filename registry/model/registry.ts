/**
 * The port to registries: what the rest of the program can do with a registry and its repositories. Only its
 * implementation, the HTTP client, knows about HTTP.
 */
import type { Descriptor, Manifest } from './manifest.ts'
import type { Digest, RepositoryRef } from './reference.ts'

/** A registry's pull quota, as its last response stated it (Docker Hub's `ratelimit-*` headers). */
export interface RateLimit {
  readonly limit?: number
  readonly remaining?: number
  /** Length of the quota's window, in seconds. */
  readonly windowSeconds?: number
}

/** Bytes and requests exchanged with one repository. */
export interface Traffic {
  readonly requests: number
  /** Manifest GETs, which Docker Hub counts as pulls. */
  readonly countedPulls: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Responses that asked the client to slow down. */
  readonly throttled: number
}

export interface BlobSource {
  /** The blob's size in bytes, from its descriptor. */
  readonly size: number
  /**
   * Opens the blob from the start. The stream fails before its end if the size or digest is wrong, so no caller can
   * skip the check.
   */
  open(signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

export interface PutManifestResult {
  /** The digest that the registry reports. */
  readonly digest: Digest
  /** True if the registry indexed the manifest's `subject` (it returned `OCI-Subject`). */
  readonly subjectIndexed: boolean
}

/** What became of a tag that was to be deleted. */
export interface TagDeletion {
  readonly tag: string
  /** Why the registry did not delete it. @default - the tag is gone */
  readonly refusal?: string
}

/** Facts about a repository that the caller already has, which save requests. */
export interface Known {
  /** All of its tags; other tags are not requested. @default - unknown */
  readonly tags?: ReadonlySet<string> | undefined
  /** Reads the descriptors of an index. @default - read from the registry, which counts as a pull */
  readonly readIndex?: (digest: Digest) => Promise<readonly Descriptor[]>
}

/** Receives the number of tags listed so far, after each page. */
export type Progress = (listed: number) => void

/** The identity of requests without credentials. What it may read, every identity may. */
export const ANONYMOUS = 'anonymous'

export interface Repository {
  /** For messages: `docker.io/library/redis`. */
  readonly name: string
  /** The registry's host, with aliases resolved. Repositories of one registry can mount each other's blobs. */
  readonly registry: string
  readonly repository: string
  /** Distinguishes identities at the registry without revealing them. Each may read and mount other repositories. */
  readonly identity: string

  /** All tags of all pages, without invalid ones (Artifactory lists digests among them). */
  listTags(signal?: AbortSignal, progress?: Progress): Promise<string[]>
  /** The descriptor of a tag or digest; undefined if it is missing. Costs no counted pull. */
  headManifest(reference: string, signal?: AbortSignal): Promise<Descriptor | undefined>
  /**
   * The descriptor of a tag or digest that should exist: if the HEAD is refused, one GET decides.
   * @throws RegistryError with the GET's reason, including `notFound`
   */
  resolveManifest(reference: string, signal?: AbortSignal): Promise<Descriptor>
  /**
   * The descriptor of content that may well be missing and is not worth a counted pull, such as a signature.
   * @throws RegistryError if the HEAD is refused by a registry that has accepted others
   */
  peekManifest(reference: string, signal?: AbortSignal): Promise<Descriptor | undefined>
  /** The manifest, with its bytes verified against its digest. */
  getManifest(reference: string, signal?: AbortSignal): Promise<Manifest>
  /** Pushes exact bytes under a tag, or by digest if no tag is given. */
  putManifest(manifest: Manifest, tag?: string, signal?: AbortSignal): Promise<PutManifestResult>
  /** Deletes tags, and in ECR the images that have no other tag. Refusals are returned. */
  deleteTags(tags: readonly string[], signal?: AbortSignal): Promise<TagDeletion[]>
  hasBlob(descriptor: Descriptor, signal?: AbortSignal): Promise<boolean>
  blob(descriptor: Descriptor): BlobSource
  /** Uploads a blob. A retry starts a new session and calls `source.open()` again. */
  putBlob(descriptor: Descriptor, source: BlobSource, signal?: AbortSignal): Promise<void>
  /** Mounts a blob of another repository of the registry. Returns false if the registry declines. */
  mountBlob(descriptor: Descriptor, from: string, signal?: AbortSignal): Promise<boolean>
  /** Manifests whose `subject` is this digest, from the referrers API or the fallback tag `sha256-<hex>`. */
  referrers(subject: Digest, signal?: AbortSignal, known?: Known): Promise<readonly Descriptor[]>
  /** The registry's last stated quota; undefined if it has stated none. */
  rateLimit(): RateLimit | undefined
  traffic(): Traffic
}

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Settings of an ECR repository to create. */
export interface CreateSettings {
  readonly immutableTags: boolean
  /** Tags that can be moved all the same; `*` stands for any characters. @default - none */
  readonly mutableTags?: readonly string[]
  readonly scanOnPush: boolean
  /** Encrypts with AWS KMS: with the key of this ARN, or with ECR's own. @default - AES256 */
  readonly encryption?: { readonly kmsKey?: string | undefined }
  /** The document of the lifecycle policy. @default - none */
  readonly lifecyclePolicy?: string
  /** The document of the repository policy. @default - none */
  readonly policy?: string
  readonly tags: Readonly<Record<string, string>>
  /**
   * A resource tag that marks the repository: `creating` until all settings are in place, then `true`. A repository that
   * is still marked `creating` is completed by the next call. @default - none
   */
  readonly mark?: string
}

/** The settings of an ECR repository, in ECR's words. */
export interface RepositoryState {
  readonly mutability: { readonly mode: string; readonly filters: readonly string[] }
  readonly scanOnPush: boolean
  readonly encryption: { readonly type: string; readonly kmsKey?: string | undefined }
  /** The document; undefined if there is none, or if it was not asked for. */
  readonly lifecyclePolicy?: string | undefined
  readonly policy?: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

/** Settings to change. Resource tags are added to those that the repository has. */
export type SettingsChange = Partial<Omit<RepositoryState, 'encryption'>>

/** A repository that a push does not create. */
export interface CreatableRepository extends Repository {
  /** Creates the repository if it is missing, once per process. */
  ensure(settings: CreateSettings, signal?: AbortSignal): Promise<void>
}

export function isCreatable(repository: Repository): repository is CreatableRepository {
  return 'ensure' in repository
}

/** A repository of Amazon ECR: the registry protocol plus operations of ECR's API. */
export interface EcrRepository extends CreatableRepository {
  readonly region: string
  /** The digests of these tags, 100 per call. Missing tags have no entry; archived images count as present. */
  tagDigests(tags: readonly string[], signal?: AbortSignal): Promise<Map<string, Digest>>
  /** The digest of a tag and its push time; undefined if the tag is missing. */
  pushed(
    tag: string,
    signal?: AbortSignal,
  ): Promise<{ readonly digest: Digest; readonly at: Date } | undefined>
  /** The digests among these that exist, tagged or not. */
  presentDigests(digests: readonly Digest[], signal?: AbortSignal): Promise<Set<Digest>>
  /** Its settings, and the documents that are asked for; undefined if the repository is missing. */
  readSettings(
    asked: { readonly lifecyclePolicy: boolean; readonly policy: boolean },
    signal?: AbortSignal,
  ): Promise<RepositoryState | undefined>
  changeSettings(change: SettingsChange, signal?: AbortSignal): Promise<void>
}

export function isEcr(repository: Repository): repository is EcrRepository {
  return 'tagDigests' in repository
}

/** A role of another account. */
export interface Role {
  /** Its ARN. */
  readonly role: string
  /** The external id that its trust policy requires. @default - none */
  readonly externalId?: string | undefined
}

export interface Registries {
  /**
   * A repository of any registry. An ECR host (`<account>.dkr.ecr.<region>.amazonaws.com` and similar) is accessed with
   * IAM credentials, at the endpoint that ECR names.
   * @param credentials - `iam` for a creatable repository of ECR Public, with the AWS credentials of the process
   */
  open(ref: RepositoryRef, credentials?: Credentials | 'iam'): Promise<Repository>
  /**
   * A repository of ECR in a region: of this account, or of the account of a role.
   * @param as - the role to assume @default - the credentials of the process
   */
  ecr(region: string, repository: string, as?: Role): Promise<EcrRepository>
  /** Closes idle connections. */
  close(): Promise<void>
}
