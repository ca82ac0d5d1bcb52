// What the product says that came of a case, whichever way it went.

/** A run's own account of itself. */
export interface Told {
  /** It claims to have delivered everything. */
  readonly success: boolean
  /** Tags that it names as failed. */
  readonly failed: ReadonlySet<string>
  readonly warnings: readonly string[]
  /** All that people would read. */
  readonly errors: readonly { readonly name: string; readonly message: string }[]
  /** It failed before it came to single tags. */
  readonly ended: boolean
}

interface TagLike {
  readonly tag?: string | undefined
  readonly status: string
  readonly error?: { readonly name: string; readonly message: string } | undefined
}

export function failedIn(tags: readonly TagLike[]): Set<string> {
  return new Set(tags.flatMap(({ tag, status }) => (tag !== undefined && isFailure(status) ? [tag] : [])))
}

export function errorsIn(tags: readonly TagLike[]): Told['errors'] {
  return tags.flatMap(({ error }) => (error === undefined ? [] : [error]))
}

function isFailure(status: string): boolean {
  return status === 'failed' || status === 'deferred'
}
