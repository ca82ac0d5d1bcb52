/** Finds what may be a signature of an image: its referrers, and the tag of cosign (`sha256-<hex>.sig`). */
import { predicateTypeOf } from '../mirror/artifacts/kinds.ts'
import { isRegistryError } from '../mirror/failure.ts'
import type { Candidate, Found } from '../mirror/verify/verifier.ts'
import type { Descriptor } from '../registry/model/manifest.ts'
import type { Digest } from '../registry/model/reference.ts'
import type { Repository } from '../registry/model/registry.ts'

export type SignatureSource = Pick<Repository, 'name' | 'referrers' | 'peekManifest' | 'getManifest' | 'blob'>

/**
 * Asks both places, because one of them may have no answer: GitLab, for example, returns the image itself as the
 * fallback tag of its referrers.
 * @throws rate limits, because waiting helps
 */
export async function findCandidates(
  source: SignatureSource,
  digest: string,
  signal?: AbortSignal,
): Promise<Found> {
  const tag = `${digest.replace(':', '-')}.sig`
  const [listed, tagged] = await Promise.allSettled([
    source.referrers(digest as Digest, signal),
    source.peekManifest(tag, signal),
  ])
  signal?.throwIfAborted()
  const [trouble] = [listed, tagged].flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  if (trouble !== undefined && (!isRegistryError(trouble) || trouble.kind === 'rateLimited')) throw trouble
  const signature = tagged.status === 'fulfilled' ? tagged.value : undefined
  const referrers = listed.status === 'fulfilled' ? listed.value : []
  const others = referrers.filter((one) => one.digest !== signature?.digest).map((one) => candidateOf(one))
  return {
    candidates: [...(signature === undefined ? [] : [candidateOf(signature, tag)]), ...others],
    ...(trouble === undefined ? {} : { trouble }),
  }
}

function candidateOf(
  { digest, mediaType, size, artifactType, annotations }: Descriptor,
  tag?: string,
): Candidate {
  const predicateType = predicateTypeOf(annotations)
  return {
    digest,
    mediaType,
    size,
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    ...(predicateType === undefined ? {} : { predicateType }),
    ...(tag === undefined ? {} : { tag }),
  }
}
