/**
 * Where registries differ. The defaults are a plain registry that has all of the OCI specification 1.1 and lets
 * everybody in; ECR and others are sets of these options.
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
  /** Answers what is not the registry's own, such as a token endpoint. False: not mine. */
  answer?(request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

/** A manifest that is about to be stored, or was. */
export interface Push {
  readonly repository: string
  readonly document: ManifestDocument
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly digest: Digest
  readonly tags: readonly string[]
}

export interface RegistryPolicy {
  /** @default - everybody may do everything */
  readonly auth: Authenticator | undefined
  /** Whether a push makes a missing repository. @default true */
  readonly createOnPush: boolean
  /** Whether manifests, tags and blobs can be deleted over HTTP. @default true */
  readonly deletes: boolean
  /**
   * What a GET by tag does whose Accept leaves out the stored type: `strict` answers 404, `convert` re-encodes
   * between OCI and Docker as ECR does, `ignore` serves it anyway. @default 'strict'
   */
  readonly accept: 'strict' | 'convert' | 'ignore'
  /** False: `/referrers/` answers 404 and no push answers OCI-Subject. @default true */
  readonly referrersApi: boolean
  /** Descriptors on one page of referrers. @default - all of them */
  readonly referrersPerPage: number
  /** Tags on one page when the client names no number. @default - all of them */
  readonly tagsPerPage: number
  /** A client that asks for more is refused. @default - no limit */
  readonly maxTagsPerPage: number
  /** @default 4 MiB, what the specification asks registries to take */
  readonly maxManifestBytes: number
  /** Whether pages of tags come in no order and go on by a token that says nothing. @default false */
  readonly opaqueTagPages: boolean
  /** @default 'application/json' */
  readonly tagListType: string
  /** @default 202 */
  readonly patchStatus: number
  /** Where an upload goes on: `/v2/…`, or with scheme and host. @default 'relative' */
  readonly locations: 'relative' | 'absolute'
  /** @default ['sha256', 'sha512'] */
  readonly digestAlgorithms: readonly string[]
  /** Whether an index may name manifests that are not there. @default false */
  readonly sparseIndexes: boolean
  /** Whether a blob may be mounted from this repository, which has it. @default - always */
  mayMount(store: Store, from: string, digest: Digest): Promise<boolean>
  /** Runs when a chunk follows one of this many bytes. @throws {OciError} */
  checkChunk(bytes: number): void
  /** What the Range header says of an upload that has this many bytes. @default - the truth */
  receivedBytes(size: number): number
  /** Runs when an upload of this many bytes is to become a blob. @throws {OciError} */
  checkBlob(size: number): void
  /** Runs last before a manifest is stored, one at a time per repository. @throws {OciError} */
  checkPush(store: Store, push: Push): Promise<void>
  /** Told of a manifest when it and its tags are stored. */
  onPushed(push: Push): void
  /** Runs before a manifest is served. @throws {OciError} */
  checkPull(store: Store, repository: string, digest: Digest): Promise<void>
  /** Where the bytes of a blob are to be fetched from instead. @default - here */
  redirectBlob(repository: string, digest: Digest): string | undefined
  /** The refusal of a repository that is not there. */
  nameUnknown(repository: string): OciError
  /** The refusal of a manifest that is not there, or not as the client would have it. */
  manifestUnknown(repository: string, reference: string, why: string): OciError
  /** The refusal of a manifest whose blobs or children are not there. */
  contentMissing(repository: string, missing: Missing): OciError
  /** The refusal of a manifest whose bytes are not what the digest in the path says. */
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
