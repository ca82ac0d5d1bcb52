/**
 * Artifacts that could not be copied although their image was: ECR, for one, refuses some signatures and SBOMs whatever one does
 * (https://github.com/aws/containers-roadmap/issues/2783). Each is remembered in the work bucket for a while, so that
 * it does not make every run find its pair stale and start a build that cannot better it.
 */
import * as z from 'zod'
import { digestSchema } from '../contract.ts'
import type { Artifact } from '../documents.ts'
import type { Missing } from './diff.ts'

/** After so long it is tried again: registries learn. */
const LASTING_MS = 7 * 86_400_000
/** An outage, or a right that is missing: the next try costs a build and a pull, so not every run makes it. */
const PASSING_MS = 6 * 3_600_000

/** `refused/<region>/<repository>/<tag or digest>.json` */
export const refusalSchema = z.strictObject({
  digest: digestSchema,
  /** What was not copied and why, for people. */
  message: z.string(),
  until: z.iso.datetime(),
})
export type Refusal = z.infer<typeof refusalSchema>

/** @param how.now - milliseconds since the epoch */
export function refusalOf(
  { digest }: Pick<Artifact, 'digest'>,
  message: string,
  { now, lasting }: { readonly now: number; readonly lasting: boolean },
): Refusal {
  return { digest, message, until: new Date(now + (lasting ? LASTING_MS : PASSING_MS)).toISOString() }
}

/**
 * What people are to be told of a target that lacks nothing but what it has refused; undefined when a build could
 * better it.
 * @param find - the refusal that is remembered of an artifact
 */
export async function warningsInstead(
  { tags, artifacts }: Pick<Missing, 'tags' | 'artifacts'>,
  find: (artifacts: readonly Artifact[]) => Promise<readonly (Refusal | undefined)[]>,
  now: number,
): Promise<string[] | undefined> {
  if (tags.length > 0) return undefined
  const refusals = await find(artifacts)
  const holding = artifacts.flatMap((artifact, index) => {
    const refusal = refusals[index]
    return refusal !== undefined && stillHolds(refusal, artifact, now) ? [refusal] : []
  })
  if (holding.length < artifacts.length) return undefined
  return holding.map(({ message, until }) => `${message}; it is tried again after ${until.slice(0, 16)}Z`)
}

/** A tag may lead to another digest by now. */
function stillHolds({ digest, until }: Refusal, artifact: Artifact, now: number): boolean {
  return digest === artifact.digest && Date.parse(until) > now
}
