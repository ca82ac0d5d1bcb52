/**
 * Limits how long a function waits for a registry. Lambda bills waiting, Step Functions does not: longer waits end as
 * `RateLimited`, and the workflow retries.
 */
import type { RetryPolicy } from '../registry/retry/retry.ts'

export const RETRY_POLICY: Partial<RetryPolicy> = { maxMs: 5_000, patienceMs: 5_000 }
