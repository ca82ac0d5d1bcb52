/** An error as Step Functions sees it: a name that retriers and catchers match, and a cause. */

export class StatesError extends Error {
  /** Read by the engine: whether `Retry` and `Catch` may match it. */
  readonly isRetryable: boolean
  readonly isCatchable: boolean

  constructor(name: string, cause: string, handling: { readonly matchable?: boolean } = {}) {
    super(cause)
    this.name = name
    this.isRetryable = handling.matchable ?? true
    this.isCatchable = handling.matchable ?? true
  }
}

/** Whatever was thrown, as error and cause. */
export function errorAndCause(thrown: unknown): { readonly error: string; readonly cause: string } {
  if (thrown instanceof Error) return { error: thrown.name, cause: thrown.message }
  return { error: 'States.Runtime', cause: String(thrown) }
}
