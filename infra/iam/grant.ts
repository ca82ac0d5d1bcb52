/** Grants as plain values: the permissions of a role, and the reason for each wildcard. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'

export interface Grant {
  readonly actions: readonly string[]
  /** ARNs. An empty list grants nothing. */
  readonly resources: readonly string[]
  /** @default - everywhere */
  readonly regions?: readonly string[]
  /** Further conditions: key -> allowed values. @default - none */
  readonly equals?: Readonly<Record<string, string | readonly string[]>>
  /** Conditions on ARNs, in which `*` matches any characters: key -> allowed patterns. @default - none */
  readonly arnLike?: Readonly<Record<string, readonly string[]>>
  /** Why a `*` in `resources` grants no more than needed. @default - there is no `*` */
  readonly wildcard?: string
}

export function statementOf({ actions, resources, regions, equals, arnLike }: Grant): PolicyStatement {
  const StringEquals = { ...(regions && { 'aws:RequestedRegion': regions }), ...equals }
  const conditions = {
    ...((regions || equals) && { StringEquals }),
    ...(arnLike && { ArnLike: arnLike }),
  }
  return new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(Object.keys(conditions).length > 0 && { conditions }),
  })
}
