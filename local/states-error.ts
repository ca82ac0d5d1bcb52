/** Step Functions errors: a name that retriers and catchers match, and a cause. */
import { StatesErrorName } from '../mirror/aws-error-name.ts'

/** Whether wildcards and names may match it. @default true */
export interface Handling {
  readonly retryable?: boolean
  readonly catchable?: boolean
}

export class StatesError extends Error {
  /** Read by the engine: whether `Retry` and `Catch` may match the error. */
  readonly isRetryable: boolean
  readonly isCatchable: boolean

  constructor(name: string, cause: string, { retryable = true, catchable = true }: Handling = {}) {
    super(cause)
    this.name = name
    this.isRetryable = retryable
    this.isCatchable = catchable
  }
}

/** Converts any thrown value to an error name and a cause. */
export function errorAndCause(thrown: unknown): { readonly error: string; readonly cause: string } {
  if (thrown instanceof Error) return { error: thrown.name, cause: thrown.message }
  return { error: StatesErrorName.Runtime, cause: String(thrown) }
}
