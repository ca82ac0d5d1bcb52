/**
 * Remembers artifacts that could not be copied although their image was. ECR, for example, refuses some signatures and
 * SBOMs (https://github.com/aws/containers-roadmap/issues/2783). Without this record, every run would find the pair
 * stale and start a build that cannot help.
 */
import * as z from 'zod'
import { digestSchema } from '../contract.ts'
import type { Artifact } from '../documents.ts'
import type { Missing } from './diff.ts'

/** Retry interval for refusals, as registries gain support. */
const LASTING_MS = 7 * 86_400_000
/**
 * Retry interval for outages and missing permissions. Each retry costs a build and a pull, so not every run makes one.
 */
const PASSING_MS = 6 * 3_600_000

/** `refused/<target>/<repository>/<tag or digest>.json` */
export const refusalSchema = z.strictObject({
  digest: digestSchema,
  /** The artifact and the reason, for people. */
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
 * Returns warnings for a target that lacks only artifacts that it has refused; undefined if a build could help.
 * @param find - reads the stored refusals of artifacts
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
  return holding.map(({ message, until }) => `${message}; next attempt after ${until.slice(0, 16)}Z`)
}

/** The tag may point to another digest by now. */
function stillHolds({ digest, until }: Refusal, artifact: Artifact, now: number): boolean {
  return digest === artifact.digest && Date.parse(until) > now
}
