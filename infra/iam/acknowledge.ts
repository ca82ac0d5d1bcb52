/** Acknowledges intended cdk-nag findings, each with its reason. */
import { Stack, Validations } from 'aws-cdk-lib'
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js'
import type { IConstruct } from 'constructs'

/** Rule -> reason. */
export function acknowledge(scope: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(scope).acknowledge({ id, reason })
}

/** Acknowledges each `*` in the ARNs of a role's grants. cdk-nag identifies findings by the ARN in the template. */
export function acknowledgeWildcards(scope: IConstruct, arns: readonly string[], reason: string): void {
  for (const arn of arns) {
    const resource = flattenCfnReference(Stack.of(scope).resolve(arn))
    if (resource.includes('*')) acknowledge(scope, { [`AwsSolutions-IAM5[Resource::${resource}]`]: reason })
  }
}
