/** Rights as plain values: what a role is granted, and why where that has a wildcard. */
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import { acknowledgeWildcards } from './acknowledge.ts'

export interface Grant {
  readonly actions: readonly string[]
  /** ARNs. None at all is no grant. */
  readonly resources: readonly string[]
  /** @default - everywhere */
  readonly regions?: readonly string[]
  /** Further conditions: key -> one of these values. @default - none */
  readonly equals?: Readonly<Record<string, string | readonly string[]>>
  /** Why a `*` in `resources` grants no more than is needed. @default - there is none */
  readonly wildcard?: string
}

export function grantAll(role: Role, grants: readonly Grant[]): void {
  for (const { actions, resources, regions, equals, wildcard } of grants) {
    if (resources.length === 0) continue
    const StringEquals = { ...(regions && { 'aws:RequestedRegion': regions }), ...equals }
    role.addToPolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [...resources],
        ...((regions || equals) && { conditions: { StringEquals } }),
      }),
    )
    if (wildcard !== undefined) acknowledgeWildcards(role, resources, wildcard)
  }
}
