/** Grants permission to pull mirrored images. */
import { Lazy } from 'aws-cdk-lib'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { PULL } from '../../mirror/target-account/actions.ts'
import type { Access } from './access.ts'
import { targetArns } from './arns.ts'
import { LOG_IN } from './permissions.ts'

/**
 * A grantee of another account also needs repository policies that allow the pull.
 * @param access - called at synthesis, when all images are known
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
