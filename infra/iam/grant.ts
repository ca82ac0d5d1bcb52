/** Rights as plain values: what a role is granted, and why where that has a wildcard. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'

export interface Grant {
  readonly actions: readonly string[]
  /** ARNs. None at all is no grant. */
  readonly resources: readonly string[]
  /** @default - everywhere */
  readonly regions?: readonly string[]
  /** Further conditions: key -> one of these values. @default - none */
  readonly equals?: Readonly<Record<string, string | readonly string[]>>
  /** Conditions on ARNs, in which `*` stands for any characters: key -> one of these values. @default - none */
  readonly arnLike?: Readonly<Record<string, readonly string[]>>
  /** Why a `*` in `resources` grants no more than is needed. @default - there is none */
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
