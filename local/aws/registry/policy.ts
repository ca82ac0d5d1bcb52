/**
 * Options in which registries differ. The defaults describe a plain registry that implements all of OCI 1.1 without
 * authentication; ECR and others are sets of these options.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Digest } from '../../../registry/model/reference.ts'
import type { ManifestDocument } from './manifest-document.ts'
import { OciError } from './oci-error.ts'
import type { Store } from './store/store.ts'

export interface Access {
  /** Undefined for `/v2/` itself. */
  readonly repository: string | undefined
  readonly actions: readonly ('pull' | 'push' | 'delete')[]
}

export interface Authenticator {
  /** @throws {OciError} 401 with a challenge, or 403 */
  check(request: IncomingMessage, access: readonly Access[]): void
  /**
   * Answers requests outside the registry protocol, such as those for a token endpoint. Returns false for all others.
   */
  answer?(request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

/** A manifest before or after it is stored. */
export interface Push {
  readonly repository: string
  readonly document: ManifestDocument
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly digest: Digest
  readonly tags: readonly string[]
}

export interface RegistryPolicy {
  /** @default - anonymous clients may do everything */
  readonly auth: Authenticator | undefined
  /** Whether a push creates a missing repository. @default true */
  readonly createOnPush: boolean
  /** Whether manifests, tags and blobs can be deleted over HTTP. @default true */
  readonly deletes: boolean
  /**
   * The response to a GET by tag whose Accept header omits the stored type: `strict` answers 404, `convert` converts
   * between OCI and Docker as ECR does, `ignore` serves it anyway.
   * @default 'strict'
   */
  readonly accept: 'strict' | 'convert' | 'ignore'
  /** If false, `/referrers/` answers 404 and pushes do not return OCI-Subject. @default true */
  readonly referrersApi: boolean
  /** Descriptors on one page of referrers. @default - all of them */
  readonly referrersPerPage: number
  /** Default number of tags on one page. @default - all of them */
  readonly tagsPerPage: number
  /** The maximum page size; larger requests are rejected. @default - no limit */
  readonly maxTagsPerPage: number
  /** @default 4 MiB, the minimum in the specification */
  readonly maxManifestBytes: number
  /** Whether pages of tags are unordered and continue with an opaque token. @default false */
  readonly opaqueTagPages: boolean
  /** @default 'application/json' */
  readonly tagListType: string
  /** @default 202 */
  readonly patchStatus: number
  /** The form of Location headers: a path, or an absolute URL. @default 'relative' */
  readonly locations: 'relative' | 'absolute'
  /** @default ['sha256', 'sha512'] */
  readonly digestAlgorithms: readonly string[]
  /** Whether an index may refer to missing manifests. @default false */
  readonly sparseIndexes: boolean
  /** Whether a blob of this repository may be mounted from it. @default - always */
  mayMount(store: Store, from: string, digest: Digest): Promise<boolean>
  /** Runs when a chunk follows one of this many bytes. @throws {OciError} */
  checkChunk(bytes: number): void
  /** The number of bytes that the Range header reports for an upload of this size. @default - the true size */
  receivedBytes(size: number): number
  /** Runs before an upload of this size becomes a blob. @throws {OciError} */
  checkBlob(size: number): void
  /** Runs last before a manifest is stored, serialized per repository. @throws {OciError} */
  checkPush(store: Store, push: Push): Promise<void>
  /** Called after a manifest and its tags are stored. */
  onPushed(push: Push): void
  /** Runs before a manifest is served. @throws {OciError} */
  checkPull(store: Store, repository: string, digest: Digest): Promise<void>
  /** The URL to redirect blob downloads to. @default - no redirect */
  redirectBlob(repository: string, digest: Digest): string | undefined
  /** The error for a missing repository. */
  nameUnknown(repository: string): OciError
  /** The error for a manifest that is missing or not acceptable to the client. */
  manifestUnknown(repository: string, reference: string, why: string): OciError
  /** The error for a manifest with missing blobs or children. */
  contentMissing(repository: string, missing: Missing): OciError
  /** The error for a manifest that does not match the digest in the path. */
  digestMismatch(given: Digest, actual: Digest): OciError
}

export interface Missing {
  readonly blobs: readonly Digest[]
  readonly manifests: readonly Digest[]
}

export type Quirks = Partial<RegistryPolicy>

export function policyWith(quirks: Quirks = {}): RegistryPolicy {
  return { ...PLAIN, ...quirks }
}

const PLAIN: RegistryPolicy = {
  auth: undefined,
  createOnPush: true,
  deletes: true,
  accept: 'strict',
  referrersApi: true,
  referrersPerPage: Number.POSITIVE_INFINITY,
  tagsPerPage: Number.POSITIVE_INFINITY,
  maxTagsPerPage: Number.POSITIVE_INFINITY,
  maxManifestBytes: 4 * 1024 * 1024,
  opaqueTagPages: false,
  tagListType: 'application/json',
  patchStatus: 202,
  locations: 'relative',
  digestAlgorithms: ['sha256', 'sha512'],
  sparseIndexes: false,
  mayMount: async () => true,
  checkChunk: () => {},
  receivedBytes: (size) => size,
  checkBlob: () => {},
  checkPush: async () => {},
  onPushed: () => {},
  checkPull: async () => {},
  redirectBlob: () => undefined,
  nameUnknown: (repository) =>
    new OciError(404, 'NAME_UNKNOWN', `repository ${repository} is not known to this registry`),
  manifestUnknown: (repository, reference, why) =>
    new OciError(404, 'MANIFEST_UNKNOWN', `no manifest ${reference} in ${repository}: ${why}`),
  digestMismatch: (given, actual) =>
    new OciError(400, 'DIGEST_INVALID', `the manifest is ${actual}, not ${given}`),
  contentMissing: (_, { blobs, manifests }) => {
    const detail = [...blobs, ...manifests]
    const message = `push what the manifest refers to first: ${detail.join(', ')}`
    return new OciError(404, 'MANIFEST_BLOB_UNKNOWN', message, { detail })
  },
}
