/**
 * Finds the artifacts of manifests at a source: its referrers, and cosign's tags (`sha256-<hex>.sig`). Failures become
 * a warning instead of an error, because an image is worth mirroring without its signature.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#storage
 */

import pMap from 'p-map'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { Known } from '../../registry/model/registry.ts'
import { typesIn } from '../artifacts/kinds.ts'
import type { Artifact } from '../documents.ts'
import { isRegistryError } from '../failure.ts'
import type { ListingGaps } from './listing-gaps.ts'
import { PARALLEL_REQUESTS, type Source } from './source.ts'

const COSIGN_SUFFIXES = ['.sig', '.att', '.sbom'] as const
/** A signature of an attestation of an SBOM of an image has depth 3, so this leaves ample room. */
const MAX_DEPTH = 8
/** More than any real manifest has; a larger count is taken for an error of the registry. */
const MAX_ARTIFACTS = 5_000
/** A question without any successful response is abandoned after this many failures. */
const MAX_FAILURES = 3
/** A question is also abandoned after this many consecutive outages, each of which used up all retries. */
const MAX_OUTAGES = 8

export interface Search {
  /**
   * Finds the artifacts of these digests, the artifacts of those, and so on (an SBOM may be signed). Asks about each
   * digest once.
   */
  about(subjects: readonly string[]): Promise<Artifact[]>
}

export interface SearchOptions extends Known {
  readonly gaps: ListingGaps
  readonly signal?: AbortSignal | undefined
}

export function startSearch(source: Source, options: SearchOptions): Search {
  const { gaps, signal, tags } = options
  const asked = new Set<string>()
  const byApi = createQuestion(gaps, signal)
  const byTag = createQuestion(gaps, signal)

  async function headTag(tag: string): Promise<Descriptor | undefined> {
    if (tags?.has(tag) === false) return undefined
    const held = await source.peekManifest(tag, signal)
    // The tag is listed, so a missing manifest needs confirmation.
    return held === undefined && tags !== undefined ? source.resolveManifest(tag, signal) : held
  }

  async function artifactsOf(subject: string): Promise<Artifact[]> {
    const names = COSIGN_SUFFIXES.map((suffix) => subject.replace(':', '-') + suffix)
    const [referrers = [], heads] = await Promise.all([
      byApi(subject, async () => {
        const found = await source.referrers(subject as Digest, signal, options)
        return found.length > MAX_ARTIFACTS
          ? gaps.implausible(subject, `more than ${MAX_ARTIFACTS} artifacts`)
          : found
      }),
      Promise.all(names.map((tag) => byTag(subject, () => headTag(tag)))),
    ])
    const byDigest = new Map(referrers.map((one) => [one.digest, one]))
    const tagged = names.flatMap((tag, index) => {
      const head = heads[index]
      return head === undefined ? [] : [artifactOf(head, subject, byDigest.get(head.digest), tag)]
    })
    // A referrer that also has a cosign tag is one artifact, with a tag.
    const behindTags = new Set(tagged.map(({ digest }) => digest))
    const others = [...byDigest.values()].filter(({ digest }) => !behindTags.has(digest))
    return [...tagged, ...others.map((one) => artifactOf(one, subject, one))]
  }

  return {
    async about(subjects) {
      const found: Artifact[] = []
      let level = subjects
      for (let depth = 0; level.length > 0; depth++) {
        // Skipping known digests ends the loop even if artifacts refer to each other.
        const fresh = [...new Set(level)].filter((digest) => !asked.has(digest))
        if (depth === MAX_DEPTH && fresh.length > 0) {
          gaps.implausible(fresh[0] ?? '', `artifacts of artifacts, more than ${MAX_DEPTH} deep`)
          break
        }
        for (const digest of fresh) asked.add(digest)
        const next = (await pMap(fresh, artifactsOf, { concurrency: PARALLEL_REQUESTS })).flat()
        found.push(...next)
        level = next.map(({ digest }) => digest)
      }
      return found
    },
  }
}

/** Returns undefined on failure. Throws rate limits, because waiting helps and they affect the image too. */
function createQuestion(gaps: ListingGaps, signal: AbortSignal | undefined) {
  let answers = 0
  let failures = 0
  let outages = 0
  const isHopeless = (): boolean => (answers === 0 && failures >= MAX_FAILURES) || outages >= MAX_OUTAGES
  return async <T>(subject: string, ask: () => Promise<T>): Promise<T | undefined> => {
    if (isHopeless()) {
      gaps.add(subject)
      return undefined
    }
    try {
      const answer = await ask()
      answers++
      outages = 0
      return answer
    } catch (error) {
      signal?.throwIfAborted()
      if (!isRegistryError(error) || error.kind === 'rateLimited') throw error
      failures++
      outages = error.kind === 'unavailable' ? outages + 1 : 0
      gaps.add(subject, error.message)
      return undefined
    }
  }
}

/** @param listed - its entry in the list of referrers, if it is there */
function artifactOf(
  { digest, mediaType, size }: Descriptor,
  subject: string,
  listed: Descriptor | undefined,
  tag?: string,
): Artifact {
  return {
    digest,
    mediaType,
    size,
    subject,
    ...typesIn(listed ?? {}),
    ...(tag === undefined ? {} : { tag }),
  }
}
