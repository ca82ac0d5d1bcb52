/**
 * Copies one tag to one target: everything under it by digest, its artifacts, and the tag last. Nothing is ever
 * copied by tag, so a source tag that moves meanwhile changes nothing.
 */
import type { Artifact } from '../mirror/documents.ts'
import type { Descriptor, Manifest } from '../registry/model/manifest.ts'
import { type Attempt, attempt, type BlobCounts, type CopyContext } from './attempt.ts'
import { copyArtifactsOf, type Warning } from './images/artifacts.ts'
import { putByDigest } from './images/graph.ts'
import { bringMissing, lookAt, publishTag } from './images/publish.ts'
import { readEarly } from './images/read-manifest.ts'

export interface CopyRequest {
  /** @default - the digest alone is made present */
  readonly tag?: string | undefined
  readonly root: Descriptor
  /** What the target's tag leads to, where that was asked before the root was known. @default - it is asked */
  readonly held?: Promise<Descriptor | undefined> | undefined
  /** Signatures, SBOMs and the like that belong to the root, to its platforms, or to one another; awaited when the content is there. */
  readonly artifacts: readonly Artifact[] | Promise<readonly Artifact[]>
}

export interface CopyResult {
  readonly status: 'copied' | 'present'
  /** Blob bytes uploaded. */
  readonly bytes: number
  readonly blobs: BlobCounts
  readonly warnings: readonly Warning[]
  /** What was copied, where it is not what was resolved (images/served.ts). */
  readonly digest?: string
}

export function copyTag(context: CopyContext, request: CopyRequest): Promise<CopyResult> {
  const { root, tag } = request
  return attempt(context, async (started) => {
    const early = readIfUntagged(started, request)
    // Told where it is used.
    early.catch(() => {})
    const held = await lookAt(started, root.digest, tag, request.held)
    const missing = await bringMissing(started, root, held, early)
    const artifacts = await request.artifacts
    // An artifact should find its subject, and whoever finds the tag should find the artifacts.
    const untagged = tag === undefined || artifacts.length > 0
    if (missing && untagged) await putByDigest(started, missing)
    const warnings = await copyArtifactsOf(started, artifacts, root.digest)
    if (missing && tag !== undefined) await publishTag(started, missing, tag)
    return summarise(started, held.right, warnings)
  })
}

/** Where the target has no such tag, it has no such manifest either, most likely. */
async function readIfUntagged(started: Attempt, { root, held }: CopyRequest): Promise<Manifest | undefined> {
  if (held === undefined || (await held) !== undefined) return undefined
  return readEarly(started, root)
}

/** `right` says that the tag was right from the start. */
export function summarise({ tally }: Attempt, right: boolean, warnings: readonly Warning[]): CopyResult {
  const blobs = tally.blobs()
  const moved = blobs.copied + blobs.mounted > 0
  return { status: right && !moved ? 'present' : 'copied', bytes: tally.bytes(), blobs, warnings }
}
