/** Problems of props, as annotations: synthesis reports all of them at once and then fails. */
import { Annotations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ErrorName } from '../mirror/contract.ts'

/**
 * The result of the work. A refusal of its input becomes an annotation for each of its lines.
 * @param fallback - stands in for the result, so that further problems can be found
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
