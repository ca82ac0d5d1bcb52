/** Finds candidates for the signatures of an image: its referrers, and cosign's tag (`sha256-<hex>.sig`). */
import { typesIn } from '../mirror/artifacts/kinds.ts'
import { isRegistryError } from '../mirror/failure.ts'
import type { Candidate, Found } from '../mirror/verify/verifier.ts'
import type { Descriptor } from '../registry/model/manifest.ts'
import type { Digest } from '../registry/model/reference.ts'
import type { Repository } from '../registry/model/registry.ts'

export type SignatureSource = Pick<Repository, 'name' | 'referrers' | 'peekManifest' | 'getManifest' | 'blob'>

/**
 * A failure of one of the two requests is not thrown, because the other may find the signature: GitLab, for example,
 * returns the image itself as the fallback tag of its referrers.
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
  const [failure] = [listed, tagged].flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  if (failure !== undefined && (!isRegistryError(failure) || failure.kind === 'rateLimited')) throw failure
  const signature = tagged.status === 'fulfilled' ? tagged.value : undefined
  const referrers = listed.status === 'fulfilled' ? listed.value : []
  const others = referrers.filter((one) => one.digest !== signature?.digest).map((one) => candidateOf(one))
  return {
    candidates: [...(signature === undefined ? [] : [candidateOf(signature, tag)]), ...others],
    ...(failure === undefined ? {} : { failure }),
  }
}

function candidateOf(descriptor: Descriptor, tag?: string): Candidate {
  const { digest, mediaType, size } = descriptor
  return { digest, mediaType, size, ...typesIn(descriptor), ...(tag === undefined ? {} : { tag }) }
}
