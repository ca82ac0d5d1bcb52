/**
 * How long a function waits for a registry by itself. A function that waits is paid for, Step Functions waits for free:
 * what asks for more than this ends as `RateLimited`, and is tried again from there.
 */
import type { RetryPolicy } from '../registry/retry/retry.ts'

export const PATIENCE: Partial<RetryPolicy> = { maxMs: 5_000, patienceMs: 5_000 }
