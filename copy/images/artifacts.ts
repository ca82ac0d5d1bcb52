/**
 * Copies signatures, SBOMs and other artifacts with their image. An artifact that a target refuses is reported as a
 * warning and does not fail the image.
 */
import type { Artifact } from '../../mirror/documents.ts'
import { ErrorName, PERMANENT_ERRORS } from '../../mirror/error-name.ts'
import { describeFailure } from '../../mirror/failure.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { type Attempt, attempt, settleAll } from '../attempt.ts'
import { copyByDigest } from './graph.ts'
import { copyMissing, inspectTarget, publishTag } from './publish.ts'
import { listReferrers } from './referrers-tag.ts'

/** A problem that does not fail the image, such as an artifact that could not be copied. */
export interface Warning {
  readonly message: string
  /** The artifact that could not be copied. */
  readonly refused?: Artifact
  /** True if a retry would fail the same way. @default false */
  readonly lasting?: boolean
}

/** Copies the artifacts whose subject is the image or one of its platforms. */
export async function copyArtifactsOf(
  parent: Attempt,
  artifacts: readonly Artifact[],
  root: Digest,
): Promise<Warning[]> {
  const ofPlatforms = artifacts.filter(({ index }) => index === root).map(({ subject }) => subject as Digest)
  const subjects = [...new Set([root, ...ofPlatforms])]
  const warnings = await settleAll(subjects.map((subject) => copyArtifacts(parent, artifacts, subject)))
  return warnings.flat()
}

/**
 * Copies the artifacts of `subject`, then their own artifacts, recursively: an SBOM may be signed.
 * @returns a warning for each artifact that could not be copied
 */
export async function copyArtifacts(
  parent: Attempt,
  artifacts: readonly Artifact[],
  subject: Digest,
): Promise<Warning[]> {
  const level = artifacts.filter((one) => one.subject === subject)
  if (level.length === 0) return []
  const copied = await settleAll(
    level.map((one) => warnOnly(parent, nameOf(one), (own) => copyArtifact(own, one), one)),
  )
  const referrers = level.filter((one, index) => one.tag === undefined && copied[index]?.length === 0)
  const listed = await warnOnly(parent, `the list of artifacts of ${subject}`, (own) =>
    listReferrers(own, subject, referrers),
  )
  const rest = artifacts.filter((one) => one.subject !== subject)
  const about = await settleAll(digestsOf(level).map((digest) => copyArtifacts(parent, rest, digest)))
  return [...copied.flat(), ...listed, ...about.flat()]
}

/** Returns the artifacts that do not belong to the given roots: their images are already at the target. */
export function withoutArtifactsOf(artifacts: readonly Artifact[], roots: readonly string[]): Artifact[] {
  const ofPlatforms = artifacts.filter(({ index }) => index !== undefined && roots.includes(index))
  const covered = new Set([...roots, ...ofPlatforms.map(({ subject }) => subject)])
  // Iteration includes entries added on the way, so artifacts of artifacts are found in the same pass.
  for (const digest of covered) {
    for (const one of artifacts) if (one.subject === digest) covered.add(one.digest)
  }
  return artifacts.filter((one) => !covered.has(one.subject))
}

async function copyArtifact(own: Attempt, artifact: Artifact): Promise<void> {
  const { digest, mediaType, size, tag } = artifact
  const root = { digest: digest as Digest, mediaType, size }
  if (tag === undefined) return copyByDigest(own, root)
  await copyTagged(own, root, tag)
}

/** Copies an artifact by tag. cosign stores the signature of `sha256:<hex>` under the tag `sha256-<hex>.sig`. */
async function copyTagged(own: Attempt, root: Descriptor, tag: string): Promise<void> {
  const missing = await copyMissing(own, root, await inspectTarget(own, root.digest, tag))
  if (missing) await publishTag(own, missing, tag)
}

/**
 * Runs `work` as a separate attempt and turns registry errors into warnings. Rate limits are rethrown, because they
 * affect the image as well and a later retry can succeed.
 */
async function warnOnly(
  parent: Attempt,
  what: string,
  work: (own: Attempt) => Promise<void>,
  artifact?: Artifact,
): Promise<Warning[]> {
  try {
    await attempt(parent, work)
    return []
  } catch (error) {
    const helpless = error instanceof RegistryError && error.kind !== 'rateLimited'
    if (parent.signal?.aborted || !helpless) throw error
    const message = `${what} was not copied to ${parent.target.repository.name}: ${error.message}`
    return [artifact === undefined ? { message } : { message, refused: artifact, lasting: isLasting(error) }]
  }
}

/** Returns false for AccessDenied, because permissions can be granted at any time. */
function isLasting(error: unknown): boolean {
  const { name } = describeFailure(error)
  return name !== ErrorName.AccessDenied && PERMANENT_ERRORS.some((permanent) => permanent === name)
}

function nameOf({ artifactType, mediaType, digest, tag, subject }: Artifact): string {
  return `the artifact ${tag ?? digest} (${artifactType ?? mediaType}) of ${subject}`
}

function digestsOf(artifacts: readonly Artifact[]): Digest[] {
  return [...new Set(artifacts.map(({ digest }) => digest as Digest))]
}
