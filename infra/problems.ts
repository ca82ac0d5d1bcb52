/** Problems of the user's input: the error for them, and annotations, so that synthesis reports all of them at once. */
import { Annotations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ErrorName } from '../mirror/error-name.ts'
import { namedError } from '../mirror/failure.ts'

/** An error of the user's input: its message says what is wrong, what was given, and the fix. */
export function invalidInput(message: string, cause?: unknown): Error {
  return namedError(ErrorName.InvalidInput, message, cause)
}

/**
 * Returns the result of the work. Each line of an InvalidInput error becomes an annotation.
 * @param fallback - replaces the result, so that further problems can be found
 */
export function reporting<T>(scope: Construct, fallback: T, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Error) || error.name !== ErrorName.InvalidInput) throw error
    for (const line of error.message.split('\n')) Annotations.of(scope).addError(line)
    return fallback
  }
}
