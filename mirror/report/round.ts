/** Determines the outcome of a round of Sync from its build's result or, without one, from the error. */
import type { SyncOutcome } from '../contract.ts'
import type { SyncResult } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { shortened } from '../failure.ts'
import { type Caught, explainCaught, type PlainError } from './cause.ts'

export interface Round {
  readonly done: number
  /** The error that Step Functions caught from its build. */
  readonly broken?: Caught | undefined
}

/** Counts of a build without a result. */
const NOTHING_DONE = {
  bytes: 0,
  seconds: 0,
  blobs: { copied: 0, mounted: 0, present: 0 },
  warnings: 0,
} as const

/**
 * A result counts even if the build failed after writing it: it describes what the target holds.
 * @param result - the latest result, possibly of an earlier round
 */
export function outcomeOfRound({ done, broken }: Round, result: SyncResult | undefined): SyncOutcome {
  const why = broken && explainCaught(broken)
  if (result?.round === done) return withLog(result.outcome, why)
  return { status: 'failed', ...NOTHING_DONE, error: short(why ?? NO_REASON) }
}

/** The bound that functions and builds use, too. */
const MAX_MESSAGE = 1_000

function short({ message, ...error }: PlainError): PlainError {
  return { ...error, message: shortened(message, MAX_MESSAGE) }
}

const NO_REASON = {
  name: ErrorName.OutcomeMissing,
  message: 'the build succeeded but wrote no result; run the pair again',
} as const

/** Links the log of the last build; the result may come from an earlier build of the same round. */
function withLog({ error, ...outcome }: SyncOutcome, why: PlainError | undefined): SyncOutcome {
  if (error === undefined) return outcome
  return { ...outcome, error: why?.log === undefined ? error : { ...error, log: why.log } }
}
