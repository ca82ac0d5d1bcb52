/** Findings of cdk-nag that are as they should be, each with its reason. */
import { Stack, Validations } from 'aws-cdk-lib'
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js'
import type { IConstruct } from 'constructs'

/** Rule -> reason. */
export function acknowledge(scope: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(scope).acknowledge({ id, reason })
}

/** A `*` in the ARNs that a role is granted. cdk-nag names each of them as the template has it. */
export function acknowledgeWildcards(scope: IConstruct, arns: readonly string[], reason: string): void {
  for (const arn of arns) {
    const resource = flattenCfnReference(Stack.of(scope).resolve(arn))
    if (resource.includes('*')) acknowledge(scope, { [`AwsSolutions-IAM5[Resource::${resource}]`]: reason })
  }
}
