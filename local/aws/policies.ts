/** Evaluates registry policies of other accounts for callers of the own account. */
import { z } from 'zod'

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())

/** The part of IAM that the mirror's own policies use. */
const policySchema = z.object({
  Statement: z.array(
    z.object({
      Effect: z.literal('Allow'),
      Principal: z.object({ AWS: texts }),
      Action: texts,
      Resource: texts,
    }),
  ),
})

export interface PolicyCall {
  /** The account of the caller. */
  readonly account: string
  /** `ecr:PutImage` */
  readonly action: string
  readonly resource: string
}

/** Whether a policy document allows a call. Its conditions on roles are not evaluated: callers have no ARNs here. */
export function allows(document: unknown, { account, action, resource }: PolicyCall): boolean {
  const policy = policySchema.safeParse(document).data
  return (policy?.Statement ?? []).some(
    ({ Principal, Action, Resource }) =>
      Principal.AWS.some((arn) => arn.split(':')[4] === account) &&
      Action.includes(action) &&
      Resource.some((pattern) => matches(pattern, resource)),
  )
}

function matches(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${source}$`, 's').test(text)
}
