/** Differences between ECR's registry and a plain one, each with its source. */
import type { ManifestDocument } from '../registry/manifest-document.ts'
import { OciError } from '../registry/oci-error.ts'
import type { Authenticator, Push, Quirks, RegistryPolicy } from '../registry/policy.ts'
import type { Store } from '../registry/store/store.ts'
import { messages } from './messages.ts'
import { type EcrRegion, isImmutable } from './region.ts'

const MIB = 1024 * 1024

export function ecrQuirks(
  region: EcrRegion,
  auth: Authenticator,
  { redirectBlob, onPushed }: Pick<RegistryPolicy, 'redirectBlob' | 'onPushed'>,
): Quirks {
  const say = messages(region.account)
  return {
    auth,
    redirectBlob,
    onPushed,
    createOnPush: false,
    // Only the API deletes: https://docs.aws.amazon.com/AmazonECR/latest/userguide/delete_image.html
    deletes: false,
    accept: 'convert',
    tagsPerPage: 100,
    // https://github.com/google/go-containerregistry/issues/681
    maxTagsPerPage: 1000,
    opaqueTagPages: true,
    // https://github.com/deitch/docker_registry2/issues/34
    tagListType: 'text/plain; charset=utf-8',
    maxManifestBytes: 4 * MIB,
    locations: 'absolute',
    // https://github.com/regclient/regclient/blob/main/scheme/reg/blob.go
    patchStatus: 201,
    // Never reports more than the first part: https://github.com/aws/containers-roadmap/issues/2831
    receivedBytes: (size) => Math.min(size, 10 * MIB),
    checkChunk(bytes) {
      if (bytes < 5 * MIB) throw new OciError(400, 'BLOB_UPLOAD_INVALID', say.layerPartTooSmall)
    },
    checkBlob(size) {
      if (size === 0) throw new OciError(400, 'BLOB_UPLOAD_INVALID', say.emptyUpload)
    },
    mayMount: async (store, from, digest) =>
      (await region.accountSetting('BLOB_MOUNTING')) === 'ENABLED' && isCommitted(store, from, digest),
    async checkPush(store, push) {
      checkDocument(push.document)
      await checkTags(region, store, push, say.tagExists)
    },
    async checkPull(store, repository, digest) {
      const record = await store.manifests.find(repository, digest)
      // https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
      if (record?.archived) throw new OciError(404, 'MANIFEST_UNKNOWN', say.archived(repository, digest))
    },
    nameUnknown: (repository) => new OciError(404, 'NAME_UNKNOWN', say.repositoryNotFound(repository)),
    manifestUnknown: () => new OciError(404, 'MANIFEST_UNKNOWN', say.requestedImageNotFound),
    digestMismatch: (given) => new OciError(400, 'MANIFEST_INVALID', say.digestMismatch(given)),
    contentMissing: (repository, missing) =>
      new OciError(404, 'MANIFEST_BLOB_UNKNOWN', say.contentMissing(repository, missing)),
  }
}

/**
 * Whether a manifest of the repository refers to the blob. Other blobs may disappear at any time, so they cannot be
 * mounted. https://github.com/aws/containers-roadmap/issues/2860
 */
async function isCommitted(store: Store, repository: string, digest: string): Promise<boolean> {
  for (const record of await store.manifests.all(repository)) {
    const { config, layers = [] } = JSON.parse((await store.manifests.bytes(record.digest)).toString())
    if ([config, ...layers].some((blob?: { digest: string }) => blob?.digest === digest)) return true
  }
  return false
}

/** @throws {OciError} 405, with the message of the underlying API */
function checkDocument(document: ManifestDocument): void {
  const refuse = (constraint: string) => {
    const message = `Invalid parameter at 'ImageManifest' failed to satisfy constraint: '${constraint}'`
    throw new OciError(405, 'UNSUPPORTED', message)
  }
  // https://github.com/werf/werf/issues/2558
  if (document.layers?.length === 0) refuse('Image has to have at least 1 layer')
  // Parameters in a media type: https://github.com/aws/containers-roadmap/issues/2783
  const types = [document.artifactType, ...(document.layers ?? []).map(({ mediaType }) => mediaType)]
  if (types.some((type) => type?.includes(';'))) refuse('Invalid JSON syntax')
}

/**
 * An immutable tag cannot be pushed again, even with the same digest:
 * https://github.com/aws/containers-roadmap/issues/2179
 */
async function checkTags(
  region: EcrRegion,
  store: Store,
  push: Push,
  tagExists: (repository: string, tag: string) => string,
): Promise<void> {
  const settings = await region.settingsOf(push.repository)
  for (const tag of push.tags) {
    if (!settings || !isImmutable(settings, tag)) continue
    if ((await store.tags.find(push.repository, tag)) === undefined) continue
    throw new OciError(400, 'TAG_INVALID', tagExists(push.repository, tag))
  }
}
