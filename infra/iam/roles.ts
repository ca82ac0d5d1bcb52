/** Service roles that only this account's resources can use, without permissions of their own. */
import { ArnFormat, Aws, Stack } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'

export interface ServiceRoleProps {
  /** `states.amazonaws.com` */
  readonly service: string
  /**
   * The resource part of the ARNs that the service acts for, such as `stateMachine:*`.
   * @default - any resource of this account
   */
  readonly sources?: string
  /**
   * Whether the trust policy has conditions. Must be false for a function in a VPC: Lambda then validates the role
   * without a source and fails to create the function (https://github.com/aws/aws-parallelcluster/pull/6926).
   * @default true
   */
  readonly conditioned?: boolean
  readonly description: string
}

/**
 * Restricts the role to resources of this account and region, so that the service cannot use it for another customer.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function serviceRole(scope: Construct, id: string, props: ServiceRoleProps): Role {
  const source = sourceOf(scope, props)
  const conditions = {
    StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    ...(source && { ArnLike: { 'aws:SourceArn': source } }),
  }
  return new Role(scope, id, {
    description: props.description,
    assumedBy: new ServicePrincipal(props.service, props.conditioned === false ? {} : { conditions }),
  })
}

function sourceOf(scope: Construct, { service, sources }: ServiceRoleProps): string | undefined {
  if (sources === undefined) return undefined
  return Stack.of(scope).formatArn({
    service: service.split('.')[0] ?? '',
    resource: sources,
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  })
}
