/**
 * Retry policy: exponential backoff with full jitter. One `Tries` is the budget of a whole operation, such as a blob's
 * upload with all of its requests, so that nested retries never multiply.
 */

import { mayRecover, STALE } from '../http/lost.ts'
import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'

export interface RetryPolicy {
  /** Includes the first try. Rate limits with a Retry-After get more, until their waits exceed the patience. @default 6 */
  readonly attempts: number
  /** Upper bound of the wait after the first failure; it doubles with each further one. @default 500 ms */
  readonly baseMs: number
  /** The largest upper bound of a wait. @default 20 s */
  readonly maxMs: number
  /** The longest Retry-After to wait for. A longer one is an error: the caller can wait more cheaply. @default 30 s */
  readonly patienceMs: number
}

export const RETRY: RetryPolicy = { attempts: 6, baseMs: 500, maxMs: 20_000, patienceMs: 30_000 }

export interface Tries {
  /** Waits for the next try. @throws the error, if a retry cannot help or none is left */
  after(error: unknown, signal?: AbortSignal): Promise<void>
  /** The number of failed tries. */
  failures(): number
  /** Resets the count of failures, because the operation has made progress. */
  progress(): void
  /** Returns true once: an operation may renew its credentials one time. */
  renew(): boolean
  /** Returns true once: an operation may read wrong bytes again one time. */
  reread(): boolean
}

/** Errors that have exhausted a budget. An outer operation must not spend another one on them. */
const spent = new WeakSet<RegistryError>()

export function startTries(policy: RetryPolicy, clock: Clock): Tries {
  let failed = 0
  let limitedMs = 0
  let renewed = false
  let readAgain = false

  /** A rate limit hits requests at random, and one may be hit many times in a row. */
  function isJustLimited({ kind, retryAfterSeconds }: RegistryError, ms: number): boolean {
    const toldWhen = kind === 'rateLimited' && retryAfterSeconds !== undefined
    return toldWhen && ms >= policy.baseMs && limitedMs <= policy.patienceMs
  }

  return {
    async after(error, signal) {
      signal?.throwIfAborted()
      if (!isTransient(error)) throw error
      failed++
      const ms = waitFor(error, failed, policy, clock)
      limitedMs += error.kind === 'rateLimited' ? ms : 0
      if (ms > policy.patienceMs || (failed >= policy.attempts && !isJustLimited(error, ms))) {
        spent.add(error)
        throw error
      }
      // A rate limit pauses the whole host: each request waits for it before it is sent (pause.ts).
      if (error.kind !== 'rateLimited' && ms > 0) await clock.sleep(ms, signal)
    },
    failures: () => failed,
    progress() {
      failed = 0
      limitedMs = 0
    },
    renew() {
      const may = !renewed
      renewed = true
      return may
    },
    reread() {
      const may = !readAgain
      readAgain = true
      return may
    },
  }
}

/** Whether a retry of the request may succeed. */
export function isTransient(error: unknown): error is RegistryError {
  if (!(error instanceof RegistryError) || spent.has(error)) return false
  if (error.kind === 'rateLimited') return !error.quotaExhausted
  return error.kind === 'unavailable' && mayRecover(error)
}

/** The wait that the registry asked for, or exponential backoff with full jitter. */
export function waitFor(error: RegistryError, failed: number, policy: RetryPolicy, clock: Clock): number {
  if (error.retryAfterSeconds !== undefined) return Math.ceil(error.retryAfterSeconds * 1000)
  // A stale pooled connection says nothing about the registry, so the first retry is immediate.
  if (error.code === STALE && failed === 1) return 0
  return Math.ceil(clock.random() * Math.min(policy.maxMs, policy.baseMs * 2 ** (failed - 1)))
}
