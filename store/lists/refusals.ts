/** Errors about places of a list, which a change of the place or of its permissions mends. */
import { ErrorName } from '../../mirror/error-name.ts'
import { namedError } from '../../mirror/failure.ts'

export interface RefusalRules {
  /** The service's error for what does not exist. */
  readonly missing: string
  /** The permission that reading needs. */
  readonly action: string
}

export function refusedPlace(name: string, wrong: string, cause?: unknown): Error {
  return namedError(ErrorName.InvalidInput, `${name} ${wrong}`, cause)
}

/** Explains a service's error as an InvalidInput, if trying again would not help. */
export function placeRefusal(name: string, error: unknown, { missing, action }: RefusalRules): unknown {
  const code = error instanceof Error ? error.name : ''
  if (code === missing) return refusedPlace(name, 'does not exist: check its name and its region', error)
  if (code === 'AccessDeniedException') {
    return refusedPlace(name, `may not be read: it needs the permission ${action}`, error)
  }
  if (code === 'ValidationException' && error instanceof Error) {
    return refusedPlace(name, `cannot be read: ${error.message}`, error)
  }
  return error
}
