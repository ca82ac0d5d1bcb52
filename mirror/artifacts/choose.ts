/** Selects the artifacts to mirror by the list's `artifacts`, and finds tags that lack a required one. */
import type { Artifact, FailedTag, ResolvedTag } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { failedTag } from '../failed-tags.ts'
import { namedError } from '../failure.ts'
import type { ArtifactRules } from '../list/proof/artifact-rules.ts'
import { isOfType } from './kinds.ts'

/** Also leaves out artifacts whose subject is left out, such as the signature of an excluded SBOM. */
export function chooseArtifacts(
  artifacts: readonly Artifact[],
  { include, exclude = [] }: ArtifactRules = {},
): readonly Artifact[] {
  const isOf = (artifact: Artifact, types: readonly string[]) =>
    types.some((type) => isOfType(artifact, type))
  const all = new Set(artifacts.map(({ digest }) => digest))
  let chosen = artifacts.filter((one) => (include === undefined || isOf(one, include)) && !isOf(one, exclude))
  for (;;) {
    const held = new Set(chosen.map(({ digest }) => digest))
    const next = chosen.filter(({ subject }) => !all.has(subject) || held.has(subject))
    if (next.length === chosen.length) return chosen
    chosen = next
  }
}

/** Selects the artifacts of these tags, of their platforms, and of those artifacts. */
export function artifactsOfTags(
  artifacts: readonly Artifact[],
  tags: readonly Pick<ResolvedTag, 'digest'>[],
): readonly Artifact[] {
  const roots = new Set(tags.map(({ digest }) => digest))
  const platforms = artifacts.filter(({ index }) => index !== undefined && roots.has(index))
  const subjects = new Set([...roots, ...platforms.map(({ subject }) => subject)])
  const bySubject = Map.groupBy(artifacts, ({ subject }) => subject)
  // The loop also visits digests that are added while it runs.
  for (const subject of subjects) for (const { digest } of bySubject.get(subject) ?? []) subjects.add(digest)
  return artifacts.filter(
    ({ subject, index }) => subjects.has(subject) && (index === undefined || roots.has(index)),
  )
}

export interface Complete {
  readonly tags: readonly ResolvedTag[]
  readonly failed: readonly FailedTag[]
}

export interface Required {
  /** The source's name. */
  readonly name: string
  readonly rules?: ArtifactRules | undefined
  readonly artifacts: readonly Artifact[]
  /** Why the list of artifacts may be incomplete. */
  readonly warning?: string | undefined
}

/**
 * Fails each tag that lacks a required artifact. An artifact of a platform counts for its index. If the source did not
 * list all artifacts, the missing one may exist, so the error is RegistryUnavailable instead of ArtifactMissing.
 */
export function requireArtifacts(
  tags: readonly ResolvedTag[],
  { name, rules: { require = [] } = {}, artifacts, warning }: Required,
): Complete {
  if (require.length === 0) return { tags, failed: [] }
  const bySubject = Map.groupBy(artifacts, ({ index, subject }) => index ?? subject)
  const missingOf = ({ digest }: ResolvedTag) =>
    require.filter((type) => !(bySubject.get(digest) ?? []).some((one) => isOfType(one, type)))
  const failed = tags.flatMap((one) => {
    const missing = missingOf(one)
    if (missing.length === 0) return []
    const what = `${name}${one.tag === undefined ? '' : `:${one.tag}`} (${one.digest})`
    return [failedTag(one, errorOf(what, missing, { warning, isReplaced: one.origin !== undefined }))]
  })
  return { tags: tags.filter((one) => missingOf(one).length === 0), failed }
}

interface Reason {
  readonly warning: string | undefined
  /** Whether `platforms` replaces the source's index, whose artifacts do not fit the new one. */
  readonly isReplaced: boolean
}

function errorOf(what: string, missing: readonly string[], { warning, isReplaced }: Reason): Error {
  const types = missing.join(' and no ')
  if (warning !== undefined) {
    const text = `the required artifacts of ${what} could not be checked (no ${types} found): ${warning}`
    return namedError(ErrorName.RegistryUnavailable, text)
  }
  const fix = isReplaced
    ? 'those of its whole index do not count, because "platforms" replaces it; mirror all platforms, or change "artifacts.require"'
    : 'publish it there, or change "artifacts.require"'
  return namedError(ErrorName.ArtifactMissing, `${what} has no ${types} at the source; ${fix}`)
}
