/** How a round of Sync ended: what its build wrote, and where it wrote nothing, why. */
import type { SyncOutcome } from '../contract.ts'
import type { SyncResult } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { shortened } from '../failure.ts'
import { type Caught, explainCaught, type PlainError } from './cause.ts'

export interface Round {
  readonly done: number
  /** What Step Functions caught of its build. */
  readonly broken?: Caught | undefined
}

/** Of a build that left no result. */
const NOTHING_DONE = {
  bytes: 0,
  seconds: 0,
  blobs: { copied: 0, mounted: 0, present: 0 },
  warnings: 0,
} as const

/**
 * A build may break after it wrote its result, which then counts all the same: it says what the target holds.
 * @param result - the latest that there is, maybe of an earlier round
 */
export function outcomeOfRound({ done, broken }: Round, result: SyncResult | undefined): SyncOutcome {
  const why = broken && explainCaught(broken)
  if (result?.round === done) return withLog(result.outcome, why)
  return { status: 'failed', ...NOTHING_DONE, error: short(why ?? NO_REASON) }
}

/** As long as what functions and builds say themselves. */
const MAX_MESSAGE = 1_000

function short({ message, ...error }: PlainError): PlainError {
  return { ...error, message: shortened(message, MAX_MESSAGE) }
}

const NO_REASON = {
  name: ErrorName.OutcomeMissing,
  message: 'the build ended well and left no result; run the pair again',
} as const

/** The log of the last build: what an earlier one of the same round wrote links its own. */
function withLog({ error, ...outcome }: SyncOutcome, why: PlainError | undefined): SyncOutcome {
  if (error === undefined) return outcome
  return { ...outcome, error: why?.log === undefined ? error : { ...error, log: why.log } }
}
