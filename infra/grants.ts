/** Rights as plain values: what a role is granted, and why where that has a wildcard. */
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import { acknowledgeWildcards } from './acknowledge.ts'

export interface Grant {
  readonly actions: readonly string[]
  /** ARNs. None at all is no grant. */
  readonly resources: readonly string[]
  /** @default - everywhere */
  readonly regions?: readonly string[]
  /** Why a `*` in `resources` grants no more than is needed. @default - there is none */
  readonly wildcard?: string
}

export function grantAll(role: Role, grants: readonly Grant[]): void {
  for (const { actions, resources, regions, wildcard } of grants) {
    if (resources.length === 0) continue
    const conditions = regions && { StringEquals: { 'aws:RequestedRegion': regions } }
    role.addToPolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [...resources],
        ...(conditions && { conditions }),
      }),
    )
    if (wildcard !== undefined) acknowledgeWildcards(role, resources, wildcard)
  }
}
