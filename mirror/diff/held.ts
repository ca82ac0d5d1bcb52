/** Looks up what a target holds: ECR in bulk calls of its API, any other registry with a HEAD for each name. */
import pMap from 'p-map'
import type { Digest } from '../../registry/model/reference.ts'
import { type EcrRepository, isEcr, type Repository } from '../../registry/model/registry.ts'
import { isRegistryError } from '../failure.ts'

export type HeldBy = Pick<EcrRepository, 'tagDigests' | 'presentDigests'>

const PARALLEL_HEADS = 16

export function heldBy(repository: Repository): HeldBy {
  return isEcr(repository) ? repository : byHeads(repository)
}

function byHeads(repository: Repository): HeldBy {
  const digests = async (
    references: readonly string[],
    signal?: AbortSignal,
  ): Promise<[string, Digest][]> => {
    const found = await pMap(
      new Set(references),
      async (reference): Promise<[string, Digest][]> => {
        const held = await headOf(repository, reference, signal)
        return held === undefined ? [] : [[reference, held.digest]]
      },
      { concurrency: PARALLEL_HEADS },
    )
    return found.flat()
  }
  return {
    tagDigests: async (tags, signal) => new Map(await digests(tags, signal)),
    presentDigests: async (wanted, signal) =>
      new Set((await digests(wanted, signal)).map(([, digest]) => digest)),
  }
}

/**
 * Quay, Artifactory and others refuse reads from a repository that does not exist yet, as if the credentials were wrong.
 * Sync, which asks for permission to push, finds out which it is.
 */
async function headOf(repository: Repository, reference: string, signal: AbortSignal | undefined) {
  try {
    return await repository.headManifest(reference, signal)
  } catch (error) {
    if (isRegistryError(error, 'unauthorized')) return undefined
    throw error
  }
}
