/** The right to pull what the mirror has written. */
import { Lazy } from 'aws-cdk-lib'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { type Access, LOG_IN, PULL, targetArns } from './access.ts'

/**
 * The grantee may be of another account: repositories then need a policy of their own that allows it.
 * @param access - asked at synthesis, when all images are known
 */
export function grantPull(scope: Construct, grantee: IGrantable, access: () => Access): Grant {
  const pull = Grant.addToPrincipal({
    scope,
    grantee,
    actions: ['ecr:BatchCheckLayerAvailability', ...PULL],
    resourceArns: Lazy.list({ produce: () => targetArns(scope, access()) }),
    conditions: {
      StringEquals: { 'aws:RequestedRegion': Lazy.list({ produce: () => [...access().regions] }) },
    },
  })
  const { actions, resources } = LOG_IN
  return pull.combine(
    Grant.addToPrincipal({ scope, grantee, actions: [...actions], resourceArns: [...resources] }),
  )
}
