/**
 * Asks a source for what is about a manifest: its referrers, and what cosign keeps behind tags (`sha256-<hex>.sig`).
 * What the source does not tell is counted and never thrown: an image is worth having without its signature.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#storage
 */

import pMap from 'p-map'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { Known } from '../../registry/model/registry.ts'
import type { Artifact } from '../documents.ts'
import { isRegistryError } from '../failure.ts'
import { PARALLEL_REQUESTS, type Source } from './source.ts'
import type { Untold } from './untold.ts'

const COSIGN_SUFFIXES = ['.sig', '.att', '.sbom'] as const
/** A signature of an attestation of an SBOM of an image has depth 3: nobody means more than this. */
const MAX_DEPTH = 8
/** No manifest has more; a registry that says so is not to be believed. */
const MAX_ARTIFACTS = 5_000
/** After so many failures, and no answer yet, a question is not asked any more. */
const MAX_FAILURES = 3
/** Nor after so many in a row that each took all retries. */
const MAX_OUTAGES = 8

export interface Search {
  /** What is about these digests, what is about that, and so on (an SBOM may be signed). Each is asked about once. */
  about(subjects: readonly string[]): Promise<Artifact[]>
}

export interface SearchOptions extends Known {
  readonly untold: Untold
  readonly signal?: AbortSignal | undefined
}

export function startSearch(source: Source, options: SearchOptions): Search {
  const { untold, signal, tags } = options
  const asked = new Set<string>()
  const byApi = createQuestion(untold, signal)
  const byTag = createQuestion(untold, signal)

  async function headTag(tag: string): Promise<Descriptor | undefined> {
    if (tags?.has(tag) === false) return undefined
    const held = await source.peekManifest(tag, signal)
    // It is listed, so "not there" is not the last word.
    return held === undefined && tags !== undefined ? source.resolveManifest(tag, signal) : held
  }

  async function artifactsOf(subject: string): Promise<Artifact[]> {
    const names = COSIGN_SUFFIXES.map((suffix) => subject.replace(':', '-') + suffix)
    const [referrers = [], heads] = await Promise.all([
      byApi(subject, async () => {
        const found = await source.referrers(subject as Digest, signal, options)
        return found.length > MAX_ARTIFACTS
          ? untold.incredible(subject, `more than ${MAX_ARTIFACTS} artifacts`)
          : found
      }),
      Promise.all(names.map((tag) => byTag(subject, () => headTag(tag)))),
    ])
    const types = new Map(referrers.map(({ digest, artifactType }) => [digest, artifactType]))
    const tagged = names.flatMap((tag, index) => {
      const head = heads[index]
      return head === undefined ? [] : [artifactOf(head, subject, types.get(head.digest), tag)]
    })
    // One that is both behind a tag and a referrer is one artifact, with a tag.
    const behindTags = new Set(tagged.map(({ digest }) => digest))
    const others = new Map(referrers.map((one) => [one.digest, artifactOf(one, subject, one.artifactType)]))
    return [...tagged, ...[...others.values()].filter(({ digest }) => !behindTags.has(digest))]
  }

  return {
    async about(subjects) {
      const found: Artifact[] = []
      let level = subjects
      for (let depth = 0; level.length > 0; depth++) {
        // Each digest is asked about once, so that artifacts which name each other are no endless chain.
        const fresh = [...new Set(level)].filter((digest) => !asked.has(digest))
        if (depth === MAX_DEPTH && fresh.length > 0) {
          untold.incredible(fresh[0] ?? '', `artifacts of artifacts, more than ${MAX_DEPTH} deep`)
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

/** Gives undefined where the answer is a failure. A rate limit is thrown: waiting helps, and the image meets it too. */
function createQuestion(untold: Untold, signal: AbortSignal | undefined) {
  let answers = 0
  let failures = 0
  let outages = 0
  const isHopeless = (): boolean => (answers === 0 && failures >= MAX_FAILURES) || outages >= MAX_OUTAGES
  return async <T>(subject: string, ask: () => Promise<T>): Promise<T | undefined> => {
    if (isHopeless()) {
      untold.about(subject)
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
      untold.about(subject, error.message)
      return undefined
    }
  }
}

function artifactOf(
  { digest, mediaType, size }: Descriptor,
  subject: string,
  artifactType: string | undefined,
  tag?: string,
): Artifact {
  return {
    digest,
    mediaType,
    size,
    subject,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(tag === undefined ? {} : { tag }),
  }
}
