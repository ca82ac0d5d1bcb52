/** Reports problems of props as annotations: synthesis reports all of them at once and then fails. */
import { Annotations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ErrorName } from '../mirror/contract.ts'

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
