/** Defers work until the app is complete. */
import { AspectPriority, Aspects } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/**
 * Does the work once, when synthesis begins. Constructs that it adds below the scope are synthesized like all others.
 */
export function beforeSynthesis(scope: Construct, work: () => void): void {
  let done = false
  Aspects.of(scope).add(
    {
      visit(node) {
        if (node !== scope || done) return
        done = true
        work()
      },
    },
    { priority: AspectPriority.MUTATING },
  )
}
