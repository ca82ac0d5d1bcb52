/**
 * Copies the graph under a manifest by digest, from the leaves up: blobs and children first, then the manifest that
 * refers to them, so that whatever is at the target is whole at every moment.
 */
import { systemClock } from '../../registry/model/clock.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import { contentOf, type Descriptor, type Manifest } from '../../registry/model/manifest.ts'
import { isBlobType, isIndexType, isManifestType } from '../../registry/model/media-type.ts'
import { type Attempt, goOn, partOf, settleAll } from '../attempt.ts'
import { type BlobMode, ensureBlob } from '../blobs/blobs.ts'
import type { Hold } from '../budget.ts'
import { ofTarget, type Prepared } from '../target.ts'
import { readEarly, readManifest } from './read-manifest.ts'

/** Indexes in indexes are rare, and two or three deep; more than this is somebody's trap. */
const MAX_DEPTH = 8
/**
 * First look again at what the target has, for a while, since what it says may be gone in a moment; then send
 * everything again.
 */
const REPAIRS: readonly BlobMode[] = ['look', 'look', 'look', 'resend']
/** At most so long before the second look; twice as long before each one after it. */
const REPAIR_WAIT_MS = 500

/** Of a manifest that is at the target, for those who need it once more. */
const MAX_KEPT = 32 * 1024

export interface Walk {
  /** How many indexes are above. @default 0 */
  readonly depth?: number
  /** @default 'look' */
  readonly mode?: BlobMode
  /** Whether the target has the manifest, where that was asked already. @default - it is asked */
  readonly there?: boolean
  /** Reads the manifest before the target has said that it lacks it (read-manifest.ts). @default - it is read afterwards */
  readonly early?: () => Promise<Manifest | undefined>
  /** Waits until there is memory for it. @default false */
  readonly isBounded?: boolean
}

/** Makes the manifest and everything under it present at the target, untagged. */
export function copyByDigest(attempt: Attempt, descriptor: Descriptor, walk: Walk = {}): Promise<void> {
  return partOf(attempt, async () => {
    const prepared = await prepareManifest(attempt, descriptor, { ...walk, isBounded: true })
    await putByDigest(attempt, prepared, walk)
  })
}

/** Puts the manifest untagged, where the target lacks it. */
export async function putByDigest(attempt: Attempt, prepared: Prepared, walk: Walk = {}): Promise<void> {
  const { there, manifest, hold, descriptor } = prepared
  await attempt.target.manifests.run(descriptor.digest, async () => {
    try {
      if (!there && manifest) await putManifest(attempt, manifest, walk)
    } finally {
      hold?.release()
      dropLarge(prepared)
    }
  })
}

/** Puts the manifest under a tag. */
export async function putUnderTag(attempt: Attempt, prepared: Prepared, tag: string): Promise<void> {
  await putManifest(attempt, await manifestOf(attempt, prepared), { tag })
  dropLarge(prepared)
}

/** Its bytes, from the target where they were not needed so far. */
export async function manifestOf(attempt: Attempt, { manifest, descriptor }: Prepared): Promise<Manifest> {
  return manifest ?? readManifest(attempt, descriptor, true)
}

/** What needs it again reads it at the target. */
function dropLarge(prepared: Prepared): void {
  if ((prepared.manifest?.bytes.length ?? 0) > MAX_KEPT) prepared.manifest = undefined
}

/** Makes everything under the manifest present at the target, but does not put the manifest itself. */
export async function prepareManifest(
  attempt: Attempt,
  descriptor: Descriptor,
  walk: Walk = {},
): Promise<Prepared> {
  const { value } = await attempt.target.prepared.run(descriptor.digest, async () => {
    goOn(attempt)
    const hold = await holdFor(attempt, descriptor, walk)
    try {
      return { ...(await prepare(attempt, descriptor, { ...walk, hold })), hold }
    } catch (error) {
      hold?.release()
      throw error
    }
  })
  return value
}

/** An index holds nothing, since it waits for what its children hold. */
async function holdFor(
  { target }: Attempt,
  { mediaType, size }: Descriptor,
  { isBounded = false }: Walk,
): Promise<Hold | undefined> {
  return isBounded && !isIndexType(mediaType) ? target.memory.take(size) : undefined
}

async function prepare(
  attempt: Attempt,
  descriptor: Descriptor,
  walk: Walk & { readonly hold: Hold | undefined },
): Promise<Prepared> {
  goOn(attempt)
  const early = walk.early?.()
  // Told where it is used.
  early?.catch(() => {})
  const there = await isThere(attempt, descriptor, walk)
  if (there && attempt.target.provesContent) {
    walk.hold?.release()
    return { descriptor, there }
  }
  const read = there ? undefined : await early
  const manifest = read ?? (await readManifest(attempt, descriptor, there))
  // Whatever its type says: it waits for others.
  if (contentOf(manifest).manifests.length > 0) walk.hold?.release()
  // What is sent again for a manifest that was refused is its own content, and not that of its children.
  await copyContent(attempt, manifest, { depth: walk.depth ?? 0, isNew: !there })
  return { descriptor, there, manifest }
}

async function isThere(
  { target, limit, signal }: Attempt,
  { digest }: Descriptor,
  walk: Walk,
): Promise<boolean> {
  if (walk.mode === 'resend') return false
  if (walk.there !== undefined) return walk.there
  return (await limit(0, () => target.repository.headManifest(digest, signal))) !== undefined
}

interface Content extends Pick<Walk, 'depth' | 'mode'> {
  /** The target lacks the manifest: then it lacks its children as well, most likely. */
  readonly isNew?: boolean
}

/** Blobs and children, all at once: the limiter decides what really runs. */
async function copyContent(
  attempt: Attempt,
  manifest: Manifest,
  { depth = 0, mode = 'look', isNew = false }: Content,
): Promise<void> {
  if (depth >= MAX_DEPTH) throw invalid(`${manifest.digest} is nested more than ${MAX_DEPTH} levels deep`)
  const { blobs, manifests } = contentOf(manifest)
  await settleAll([
    ...unique(blobs)
      // A large one that is missing should be known of early.
      .sort((one, other) => other.size - one.size)
      .map((blob) => ensureBlob(attempt, blob, mode)),
    ...unique(manifests).map((child) =>
      copyChild(attempt, child, {
        depth: depth + 1,
        mode,
        ...(isNew && { early: () => readEarly(attempt, child) }),
      }),
    ),
  ])
}

/** An unknown media type must not cause an error: https://github.com/opencontainers/image-spec/blob/main/image-index.md */
async function copyChild(attempt: Attempt, child: Descriptor, walk: Walk): Promise<void> {
  if (isManifestType(child.mediaType)) return copyByDigest(attempt, child, walk)
  if (isBlobType(child.mediaType)) return ensureBlob(attempt, child, walk.mode)
  const manifest = await manifestOrNone(attempt, child)
  if (manifest === undefined) return ensureBlob(attempt, child, walk.mode)
  return copyByDigest(attempt, child, { ...walk, early: async () => manifest })
}

/**
 * Of a child that its type says nothing of. A registry that is asked for a blob as a manifest may answer anything: 404,
 * 500, or the blob. Whether it has the child at all is then shown by asking for the blob.
 */
async function manifestOrNone({ places, limit, signal }: Attempt, { digest }: Descriptor) {
  try {
    const manifest = await limit(0, () => places.manifest(digest, signal))
    contentOf(manifest)
    return manifest
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof RegistryError && error.kind !== 'rateLimited') return undefined
    throw error
  }
}

/**
 * Puts a manifest whose content is at the target. A target may still refuse it: ECR removes layers that no image
 * uses at any time, a HEAD may be answered from a stale cache, and docker-registry reads half of what another client
 * writes at that moment. Then the content is looked at and sent again.
 */
export async function putManifest(
  attempt: Attempt,
  manifest: Manifest,
  { tag, depth = 0 }: Pick<Walk, 'depth'> & { readonly tag?: string },
): Promise<void> {
  const { target, limit, signal, clock = systemClock } = attempt
  for (let round = 0; ; round++) {
    try {
      const put = () => target.repository.putManifest(manifest, tag, signal)
      const { subjectIndexed } = await target.pace(() => limit(0, put), signal)
      if (subjectIndexed) target.traits.indexesSubjects = true
      return
    } catch (error) {
      const mode = REPAIRS[round]
      if (mode === undefined || !lacksContent(error)) throw ofTarget(error, target.repository)
      if (round > 0) await clock.sleep(Math.ceil(clock.random() * REPAIR_WAIT_MS * 2 ** (round - 1)), signal)
      forgetContent(attempt, manifest)
      await copyContent(attempt, manifest, { depth, mode })
    }
  }
}

function forgetContent({ target }: Attempt, manifest: Manifest): void {
  const { blobs, manifests } = contentOf(manifest)
  for (const blob of blobs) target.blobs.forget(blob.digest)
  for (const child of manifests) {
    target.prepared.forget(child.digest)
    target.manifests.forget(child.digest)
  }
}

function lacksContent(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === 'contentMissing'
}

function unique(descriptors: readonly Descriptor[]): Descriptor[] {
  return [...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()]
}

function invalid(message: string): RegistryError {
  return new RegistryError(message, { kind: 'invalidContent' })
}
