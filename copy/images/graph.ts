/**
 * Copies the graph under a manifest by digest, from the leaves up. Blobs and children precede the manifest that refers
 * to them, so that every manifest at the target is complete at any time.
 */
import { systemClock } from '../../registry/model/clock.ts'
import { invalidContent, RegistryError } from '../../registry/model/errors.ts'
import { contentOf, type Descriptor, type Manifest } from '../../registry/model/manifest.ts'
import { isBlobType, isIndexType, isManifestType } from '../../registry/model/media-type.ts'
import { type Attempt, runPart, settleAll, throwIfStopped } from '../attempt.ts'
import { type BlobMode, ensureBlob } from '../blobs/blobs.ts'
import type { Reservation } from '../budget.ts'
import { type Prepared, targetError } from '../target.ts'
import { readEarly, readManifest } from './read-manifest.ts'

/** Nested indexes are rare and two or three levels deep; deeper ones are treated as malicious. */
const MAX_DEPTH = 8
/**
 * Repairs after a refused manifest. The first rounds check the target again, because its answer may be stale for a
 * short time; the last one uploads everything.
 */
const REPAIRS: readonly BlobMode[] = ['look', 'look', 'look', 'resend']
/** Upper bound of the backoff before the second repair; doubles with each further one. */
const REPAIR_WAIT_MS = 500

/** Manifests up to this size stay in memory after they are put, for later use. */
const MAX_KEPT = 32 * 1024

export interface Walk {
  /** Number of indexes above the manifest. @default 0 */
  readonly depth?: number
  /** @default 'look' */
  readonly mode?: BlobMode
  /** Whether the target has the manifest, if known. @default - checked with a HEAD */
  readonly there?: boolean
  /** Starts to read a manifest that the target most likely lacks (read-manifest.ts). @default - read after a check */
  readonly early?: () => Promise<Manifest | undefined> | undefined
  /** Whether the manifest counts against the memory budget. @default false */
  readonly isBounded?: boolean
}

/** Makes the manifest and everything under it present at the target, untagged. */
export function copyByDigest(attempt: Attempt, descriptor: Descriptor, walk: Walk = {}): Promise<void> {
  return runPart(attempt, async () => {
    const prepared = await prepareManifest(attempt, descriptor, { ...walk, isBounded: true })
    await putByDigest(attempt, prepared, walk)
  })
}

/** Puts the manifest untagged if the target lacks it. */
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

/** Returns the manifest, and reads it from the target if it was not read before. */
export async function manifestOf(attempt: Attempt, { manifest, descriptor }: Prepared): Promise<Manifest> {
  return manifest ?? readManifest(attempt, descriptor, true)
}

/** Frees the bytes of a large manifest. Later users read it from the target. */
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
    throwIfStopped(attempt)
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

/** Indexes take no memory from the budget, because they would deadlock with their children. */
async function holdFor(
  { target }: Attempt,
  { mediaType, size }: Descriptor,
  { isBounded = false }: Walk,
): Promise<Reservation | undefined> {
  return isBounded && !isIndexType(mediaType) ? target.memory.take(size) : undefined
}

async function prepare(
  attempt: Attempt,
  descriptor: Descriptor,
  walk: Walk & { readonly hold: Reservation | undefined },
): Promise<Prepared> {
  throwIfStopped(attempt)
  const early = walk.early?.()
  const { there, read } = await lookFor(attempt, descriptor, walk, early)
  if (there && attempt.target.provesContent) {
    walk.hold?.release()
    return { descriptor, there }
  }
  const manifest = read ?? (await readManifest(attempt, descriptor, there))
  // A manifest with children waits for them and must not hold memory meanwhile, whatever its type is.
  if (contentOf(manifest).manifests.length > 0) walk.hold?.release()
  // `resend` applies to the content of the refused manifest itself, not to that of its children.
  await copyContent(attempt, manifest, { depth: walk.depth ?? 0, isNew: !there })
  return { descriptor, there, manifest }
}

/**
 * Checks whether the target has the manifest. A manifest that was read early counts as missing without a request, unless
 * its presence would prove its content: elsewhere the content is checked anyway, and a second PUT changes nothing.
 */
async function lookFor(
  attempt: Attempt,
  descriptor: Descriptor,
  walk: Walk,
  early: Promise<Manifest | undefined> | undefined,
): Promise<{ readonly there: boolean; readonly read?: Manifest | undefined }> {
  const guesses = early !== undefined && walk.there === undefined && !attempt.target.provesContent
  const guessed = guesses ? await early.catch(() => undefined) : undefined
  if (guessed !== undefined) return { there: false, read: guessed }
  const there = await isThere(attempt, descriptor, walk)
  return there ? { there } : { there, read: await early }
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
  /** True if the target lacks the manifest. It then most likely lacks the children too. */
  readonly isNew?: boolean
}

/** Starts all blobs and children at once; the limiter bounds what runs. */
async function copyContent(
  attempt: Attempt,
  manifest: Manifest,
  { depth = 0, mode = 'look', isNew = false }: Content,
): Promise<void> {
  if (depth >= MAX_DEPTH)
    throw invalidContent(`${manifest.digest} is nested more than ${MAX_DEPTH} levels deep`)
  const { blobs, manifests } = contentOf(manifest)
  await settleAll([
    ...unique(blobs)
      // Largest first, so that missing large blobs are found early.
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
  return copyByDigest(attempt, child, { ...walk, early: () => Promise.resolve(manifest) })
}

/**
 * Returns a child of unknown media type if it is a manifest. If a blob is requested as a manifest, registries return
 * 404, 500 or the blob itself; undefined then makes the caller request the child as a blob.
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
 * Puts a manifest whose content is at the target, and repairs the content if the target refuses the manifest. ECR
 * removes unreferenced layers at any time, caches return stale HEAD responses, and docker-registry may read a blob while
 * another client writes it.
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
      if (mode === undefined || !lacksContent(error)) throw targetError(error, target.repository)
      if (round > 0) await clock.sleep(Math.ceil(clock.random() * REPAIR_WAIT_MS * 2 ** (round - 1)), signal)
      forgetContent(attempt, manifest)
      await copyContent(attempt, manifest, { depth, mode })
    }
  }
}

function forgetContent({ target }: Attempt, manifest: Manifest): void {
  const { blobs, manifests } = contentOf(manifest)
  for (const { digest } of blobs) {
    target.blobs.forget(digest)
    target.stock?.forget(digest)
  }
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
