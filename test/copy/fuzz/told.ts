// The product's own report on a case, in one form for all ways to run it.

/** The report of a run. */
export interface Told {
  /** Whether it reports that all content was delivered. */
  readonly success: boolean
  /** Tags reported as failed. */
  readonly failed: ReadonlySet<string>
  readonly warnings: readonly string[]
  /** All text for people. */
  readonly errors: readonly { readonly name: string; readonly message: string }[]
  /** Whether it failed before it reached single tags. */
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
