/**
 * Whether, when and how often to try again. One `Tries` is the budget of one operation (a blob's upload with all of
 * its requests), so that retries never multiply: nothing inside it brings retries of its own.
 */

import { canPass, STALE } from '../http/lost.ts'
import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'

export interface RetryPolicy {
  /** The first try included. A rate limit with a Retry-After gets more, until its waits are more than the patience. @default 6 */
  readonly attempts: number
  /** Longest wait after the first failure; it doubles each time, and a random part of it is waited. @default 500 ms */
  readonly baseMs: number
  /** @default 20 s */
  readonly maxMs: number
  /** A registry that asks for a longer wait than this is left alone: whoever called knows a cheaper place to wait. @default 30 s */
  readonly patienceMs: number
}

export const RETRY: RetryPolicy = { attempts: 6, baseMs: 500, maxMs: 20_000, patienceMs: 30_000 }

export interface Tries {
  /** Waits for the next try. @throws what failed, when another try cannot help or none is left */
  after(error: unknown, signal?: AbortSignal): Promise<void>
  /** How many tries have failed. */
  failures(): number
  /** The operation has come so far that what failed before no longer counts. */
  progress(): void
  /** True once: for the one time that credentials may be renewed in this operation. */
  renew(): boolean
  /** True once: for the one time that wrong bytes may be asked for again. */
  reread(): boolean
}

/** Failures for which one budget has been spent: no other one is begun for them further out. */
const spent = new WeakSet<RegistryError>()

export function startTries(policy: RetryPolicy, clock: Clock): Tries {
  let failed = 0
  let limitedMs = 0
  let renewed = false
  let readAgain = false

  /** Which of many requests a limit strikes is chance, and one may be struck again and again: nothing is wrong with it. */
  function isJustLimited({ kind, retryAfterSeconds }: RegistryError, ms: number): boolean {
    const toldWhen = kind === 'rateLimited' && retryAfterSeconds !== undefined
    return toldWhen && ms >= policy.baseMs && limitedMs <= policy.patienceMs
  }

  return {
    async after(error, signal) {
      signal?.throwIfAborted()
      if (!isPassing(error)) throw error
      failed++
      const ms = waitFor(error, failed, policy, clock)
      limitedMs += error.kind === 'rateLimited' ? ms : 0
      if (ms > policy.patienceMs || (failed >= policy.attempts && !isJustLimited(error, ms))) {
        spent.add(error)
        throw error
      }
      // The wait of a rate limit is the whole host's: every request waits for it before it goes out.
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

/** Whether the same request may be answered better if it is sent again. */
export function isPassing(error: unknown): error is RegistryError {
  if (!(error instanceof RegistryError) || spent.has(error)) return false
  if (error.kind === 'rateLimited') return !error.quotaExhausted
  return error.kind === 'unavailable' && canPass(error)
}

/** What the registry asked for, or an exponential wait with full jitter. */
export function waitFor(error: RegistryError, failed: number, policy: RetryPolicy, clock: Clock): number {
  if (error.retryAfterSeconds !== undefined) return Math.ceil(error.retryAfterSeconds * 1000)
  // A connection that was kept too long says nothing of the registry: a new one is made at once.
  if (error.code === STALE && failed === 1) return 0
  return Math.ceil(clock.random() * Math.min(policy.maxMs, policy.baseMs * 2 ** (failed - 1)))
}
