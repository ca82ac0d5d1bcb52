/**
 * Maintains the referrers fallback tag. If a registry has no referrers API, the client that pushes a referrer adds it to
 * an index under the subject's tag `sha256-<hex>` and keeps the entries of other clients.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#unavailable-referrers-api
 */
import type { Artifact } from '../../mirror/documents.ts'
import { fallbackTag } from '../../registry/manifests/referrers.ts'
import { systemClock } from '../../registry/model/clock.ts'
import { digestOf } from '../../registry/model/digest.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import { contentOf, type Descriptor, type Manifest, MediaType } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { type Attempt, settleAll } from '../attempt.ts'
import type { Prepared } from '../target.ts'
import { manifestOf, prepareManifest, putManifest } from './graph.ts'

/** Attempts to write the tag: another client may overwrite it, and registries have no conditional PUT. */
const MAX_WRITES = 3
/**
 * Pause between a write and its check. A concurrent writer that read the old index finishes its two requests within this
 * time, so that the check detects entries it overwrote.
 */
const SETTLE_MS = 250

/** Ensures that the target lists `referrers`, which it already holds, under their subject. */
export async function listReferrers(
  attempt: Attempt,
  subject: Digest,
  referrers: readonly Artifact[],
): Promise<void> {
  const { target, limit, signal, clock = systemClock } = attempt
  if (target.provesContent) return
  const unsure = target.traits.indexesSubjects ? await thereBefore(attempt, referrers) : referrers
  if (unsure.length === 0) return
  await target.lock(subject, async () => {
    for (let writes = 0; ; writes++) {
      const listed = await limit(0, () => target.repository.referrers(subject, signal))
      const missing = unsure.filter(({ digest }) => !listed.some((one) => one.digest === digest))
      if (missing.length === 0) return
      if (writes === 0 && (await sendAgain(attempt, missing))) continue
      if (writes >= MAX_WRITES) throw undone(attempt, subject)
      await addToTag(attempt, subject, missing)
      await clock.sleep(SETTLE_MS, signal)
    }
  })
}

/** Returns the referrers that the target had before this job, possibly from before it supported the referrers API. */
async function thereBefore(attempt: Attempt, referrers: readonly Artifact[]): Promise<Artifact[]> {
  const before = await settleAll(referrers.map(async (one) => (await prepared(attempt, one)).there))
  return referrers.filter((_, index) => before[index])
}

/** Puts referrers again that the target had before this job: a registry indexes referrers only when they are put. */
async function sendAgain(attempt: Attempt, missing: readonly Artifact[]): Promise<boolean> {
  const before = await thereBefore(attempt, missing)
  for (const artifact of before) {
    await putManifest(attempt, await manifestOf(attempt, await prepared(attempt, artifact)), {})
  }
  return before.length > 0
}

function prepared(attempt: Attempt, artifact: Artifact): Promise<Prepared> {
  return prepareManifest(attempt, descriptorOf(artifact))
}

function descriptorOf({ digest, mediaType, size }: Artifact): Descriptor {
  return { digest: digest as Digest, mediaType, size }
}

function undone({ target }: Attempt, subject: Digest): RegistryError {
  const tag = fallbackTag(subject)
  return new RegistryError(
    `${target.repository.name} does not list the referrers of ${subject} after ${MAX_WRITES} writes: another client may be writing the tag ${tag}`,
    { kind: 'unavailable' },
  )
}

async function addToTag(attempt: Attempt, subject: Digest, missing: readonly Artifact[]): Promise<void> {
  const tag = fallbackTag(subject)
  const added = await settleAll(missing.map((artifact) => describe(attempt, artifact)))
  // Read last, to keep the window between read and write short.
  const old = await readIndex(attempt, tag)
  await putManifest(attempt, indexOf([...old, ...added]), { tag })
}

async function readIndex({ target, limit, signal }: Attempt, tag: string): Promise<readonly Descriptor[]> {
  const held = await limit(0, () => target.repository.headManifest(tag, signal))
  if (held === undefined) return []
  const manifest = await limit(0, () => target.repository.getManifest(held.digest, signal))
  if (manifest.mediaType === MediaType.ociIndex) return entriesOf(manifest)
  throw new RegistryError(
    `the tag ${tag} of ${target.repository.name} must be an index of referrers, but is a ${manifest.mediaType}: ` +
      'remove or rename it',
    { kind: 'unsupported' },
  )
}

/** Returns the entries unparsed, so that unknown fields of other clients' entries survive. */
function entriesOf(manifest: Manifest): readonly Descriptor[] {
  contentOf(manifest)
  const { manifests } = JSON.parse(new TextDecoder().decode(manifest.bytes)) as { manifests: Descriptor[] }
  return manifests
}

/** Returns the referrer's index entry, which repeats the artifact type and annotations of its manifest. */
async function describe(attempt: Attempt, artifact: Artifact): Promise<Descriptor> {
  const { digest } = descriptorOf(artifact)
  const manifest = await manifestOf(attempt, await prepared(attempt, artifact))
  const type = artifact.artifactType ?? contentOf(manifest).artifactType
  const annotations = annotationsOf(manifest)
  return {
    mediaType: manifest.mediaType,
    digest,
    size: manifest.bytes.length,
    ...(type === undefined ? {} : { artifactType: type }),
    ...(annotations === undefined ? {} : { annotations }),
  }
}

function annotationsOf(manifest: Manifest): Readonly<Record<string, string>> | undefined {
  const document: unknown = JSON.parse(new TextDecoder().decode(manifest.bytes))
  if (typeof document !== 'object' || document === null || !('annotations' in document)) return undefined
  const { annotations } = document
  return typeof annotations === 'object' && annotations !== null
    ? (annotations as Record<string, string>)
    : undefined
}

function indexOf(manifests: readonly Descriptor[]): Manifest {
  const document = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests }
  const bytes = Buffer.from(JSON.stringify(document))
  return { mediaType: MediaType.ociIndex, digest: digestOf(bytes), bytes }
}
