/**
 * Copies one tag to one target: first the content by digest, then the artifacts, and the tag last. Content is never
 * read by tag, so a source tag that moves during the copy has no effect.
 */
import type { Artifact } from '../mirror/documents.ts'
import type { Descriptor, Manifest } from '../registry/model/manifest.ts'
import { type Attempt, attempt, type BlobCounts, type CopyContext } from './attempt.ts'
import { copyArtifactsOf, type Warning } from './images/artifacts.ts'
import { type BackedUp, type BackupName, backUp } from './images/backup.ts'
import { putByDigest } from './images/graph.ts'
import { copyMissing, type Held, inspectTarget, publishTag } from './images/publish.ts'
import { readEarly } from './images/read-manifest.ts'

export interface CopyRequest {
  /** @default - the root is copied untagged */
  readonly tag?: string | undefined
  readonly root: Descriptor
  /** Pending lookup of the target's tag, if it started before the root was resolved. @default - looked up here */
  readonly held?: Promise<Descriptor | undefined> | undefined
  /** Whether the caller has just found that the target lacks the tag. @default false */
  readonly isNew?: boolean | undefined
  /** Artifacts of the root, of its platforms, or of one another. Awaited after the content is copied. */
  readonly artifacts: readonly Artifact[] | Promise<readonly Artifact[]>
  /** Names the backup of the tag's old image. @default - the old image is not kept */
  readonly backup?: BackupName | undefined
}

export interface CopyResult {
  readonly status: 'copied' | 'present'
  /** Blob bytes uploaded. */
  readonly bytes: number
  readonly blobs: BlobCounts
  readonly warnings: readonly Warning[]
  /** The copied digest, if it differs from the resolved one (images/served.ts). */
  readonly digest?: string
  /** The tag's old image, which the target keeps under this name. */
  readonly backup?: BackedUp
}

export function copyTag(context: CopyContext, request: CopyRequest): Promise<CopyResult> {
  const { root, tag, isNew } = request
  return attempt(context, async (started) => {
    const early = readIfUntagged(started, request)
    // Handles a rejection before the awaiting code receives it.
    early.catch(() => {})
    const held = isNew ? LACKED : await inspectTarget(started, root.digest, tag, request.held)
    const missing = await copyMissing(started, root, held, early)
    const artifacts = await request.artifacts
    // The subject is pushed before its artifacts, and the artifacts before the tag that makes them visible.
    const untagged = tag === undefined || artifacts.length > 0
    if (missing && untagged) await putByDigest(started, missing)
    const warnings = await copyArtifactsOf(started, artifacts, root.digest)
    const isDue = missing !== undefined && tag !== undefined
    const backup = isDue && request.backup && (await backUp(started, tag, root.digest, request.backup))
    if (isDue) await publishTag(started, missing, tag)
    return { ...summarise(started, held.isCurrent, warnings), ...(backup && { backup }) }
  })
}

const LACKED: Held = { manifest: undefined, isCurrent: false }

/** Reads the root early if the target lacks the tag, because it most likely lacks the manifest too. */
async function readIfUntagged(
  started: Attempt,
  { root, held, isNew = false }: CopyRequest,
): Promise<Manifest | undefined> {
  const lacksTag = isNew || (held !== undefined && (await held) === undefined)
  return lacksTag ? readEarly(started, root) : undefined
}

/** @param wasCurrent - whether the tag pointed to the root before the copy */
export function summarise({ tally }: Attempt, wasCurrent: boolean, warnings: readonly Warning[]): CopyResult {
  const blobs = tally.blobs()
  const moved = blobs.copied + blobs.mounted > 0
  return { status: wasCurrent && !moved ? 'present' : 'copied', bytes: tally.bytes(), blobs, warnings }
}
