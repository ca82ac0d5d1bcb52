/** Checks the signatures of tags. A tag without a valid signature fails, before anything is copied. */
import pMap from 'p-map'
import type { FailedTag, ResolvedTag } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { failedTag } from '../failed-tags.ts'
import { describeFailure, namedError } from '../failure.ts'
import type { Verified } from './verified.ts'
import type { Found, Verdict, Verifier } from './verifier.ts'

/** Digests that are checked at a time. */
const PARALLEL_CHECKS = 8
/** Consecutive failures after which no further digests are checked. Each has used up all retries of the client. */
const MAX_FAILURES = 8

export interface VerifyOptions {
  /** The source's name. */
  readonly name: string
  readonly verifier: Verifier
  /** Results of earlier runs. */
  readonly before?: Verified | undefined
  /** Stores the results, even if a rate limit ends the check, so that the next try need not pull them again. */
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
  const errors = new Map<string, unknown>()
  let failures = 0
  /** The error that ends the check. */
  let end: unknown

  async function check(digest: string): Promise<void> {
    if (valid.has(digest)) return void verdicts.set(digest, { is: 'verified' })
    const same = known?.refused[digest]
    // Kept in case the check fails.
    if (same !== undefined) refused[digest] = same
    if (end !== undefined) return void errors.set(digest, end)
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
      errors.set(digest, error)
      if (isRateLimit(error) || ++failures >= MAX_FAILURES) end = error
    }
  }

  const digests = [...new Set(tags.map(({ digest }) => digest))]
  await pMap(digests, check, { concurrency: PARALLEL_CHECKS })
  const good = digests.filter((digest) => verdicts.get(digest)?.is === 'verified')
  await remember({ verifier: verifier.id, digests: good.sort(), refused })
  if (isRateLimit(end)) throw end
  return {
    tags: tags.filter(({ digest }) => verdicts.get(digest)?.is === 'verified'),
    failed: tags.flatMap((one) => {
      const verdict = verdicts.get(one.digest)
      if (verdict === undefined) return [failedTag(one, errors.get(one.digest))]
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

/** Does not depend on the order in which the source lists the candidates. */
function idOf({ candidates }: Found): string {
  return candidates
    .map(({ digest }) => digest)
    .sort()
    .join(' ')
}
