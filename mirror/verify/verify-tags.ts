/** Keeps the tags whose image is signed as the list demands. The others fail by name, before anything is copied. */
import pMap from 'p-map'
import type { FailedTag, ResolvedTag } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { failedTag } from '../failed-tags.ts'
import { describeFailure, namedError } from '../failure.ts'
import type { Verified } from './verified.ts'
import type { Found, Verdict, Verifier } from './verifier.ts'

/** Digests that are checked at a time. */
const PARALLEL_CHECKS = 8
/** Failures in a row after which the others are not asked about; each has used up all retries of the client. */
const MAX_FAILURES = 8

export interface VerifyOptions {
  /** The source's name. */
  readonly name: string
  readonly verifier: Verifier
  /** What earlier runs found. */
  readonly before?: Verified | undefined
  /** Stores what was found, also if a rate limit ends the check: the next try need not pull it again. */
  readonly remember: (verified: Verified) => Promise<void>
  readonly signal?: AbortSignal | undefined
}

export interface VerifiedTags {
  readonly tags: readonly ResolvedTag[]
  readonly failed: readonly FailedTag[]
}

/** @throws rate limits, of the source or of AWS KMS, because waiting helps */
export async function verifyTags(
  tags: readonly ResolvedTag[],
  options: VerifyOptions,
): Promise<VerifiedTags> {
  const { name, verifier, remember, signal } = options
  const known = options.before?.verifier === verifier.id ? options.before : undefined
  const valid = new Set(known?.digests)
  const verdicts = new Map<string, Verdict>()
  const refused: Verified['refused'] = {}
  const troubles = new Map<string, unknown>()
  let failures = 0
  let end: unknown

  async function judge(digest: string): Promise<void> {
    if (valid.has(digest)) return void verdicts.set(digest, { is: 'verified' })
    const same = known?.refused[digest]
    // Kept if the check does not get so far.
    if (same !== undefined) refused[digest] = same
    if (end !== undefined) return void troubles.set(digest, end)
    try {
      const found = await verifier.find(digest, signal)
      const candidates = idOf(found)
      const verdict = same?.candidates === candidates ? same : await verifier.check(digest, found, signal)
      verdicts.set(digest, verdict)
      if (verdict.is === 'verified') delete refused[digest]
      else refused[digest] = { candidates, is: verdict.is, reason: verdict.reason }
      failures = 0
    } catch (error) {
      signal?.throwIfAborted()
      troubles.set(digest, error)
      if (isRateLimit(error) || ++failures >= MAX_FAILURES) end = error
    }
  }

  const digests = [...new Set(tags.map(({ digest }) => digest))]
  await pMap(digests, judge, { concurrency: PARALLEL_CHECKS })
  const good = digests.filter((digest) => verdicts.get(digest)?.is === 'verified')
  await remember({ verifier: verifier.id, digests: good.sort(), refused })
  if (isRateLimit(end)) throw end
  return {
    tags: tags.filter(({ digest }) => verdicts.get(digest)?.is === 'verified'),
    failed: tags.flatMap((one) => {
      const verdict = verdicts.get(one.digest)
      if (verdict === undefined) return [failedTag(one, troubles.get(one.digest))]
      return verdict.is === 'verified' ? [] : [failedTag(one, errorOf(verdict, nameOf(name, one)))]
    }),
  }
}

function isRateLimit(error: unknown): boolean {
  return error !== undefined && describeFailure(error).name === ErrorName.RateLimited
}

function errorOf(verdict: Exclude<Verdict, { is: 'verified' }>, what: string): Error {
  switch (verdict.is) {
    case 'unsigned':
      return namedError(
        ErrorName.SignatureMissing,
        `${what} has no signature, so it is not copied: ${verdict.reason}`,
      )
    case 'invalid':
      return namedError(
        ErrorName.SignatureInvalid,
        `${what} has no signature that fits "verify", so it is not copied: ${verdict.reason}`,
      )
    case 'unsupported':
      return namedError(
        ErrorName.SignatureUnsupported,
        `${what} has no signature that can be checked here, so it is not copied: ${verdict.reason}`,
      )
  }
}

function nameOf(source: string, { tag, digest }: ResolvedTag): string {
  return `${source}${tag === undefined ? '' : `:${tag}`}@${digest}`
}

/** Equal for the same candidates, whatever the order in which the source lists them. */
function idOf({ candidates }: Found): string {
  return candidates
    .map(({ digest }) => digest)
    .sort()
    .join(' ')
}
