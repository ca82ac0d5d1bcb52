/** Roles that a service assumes on behalf of this account alone, and that hold nothing but what they are given. */
import { ArnFormat, Aws, Stack } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'

export interface ServiceRoleProps {
  /** `states.amazonaws.com` */
  readonly service: string
  /**
   * What the service acts for, `stateMachine:*`: the resource part of ARNs of the service's own.
   * @default - anything of this account
   */
  readonly sources?: string
  /**
   * Whether the trust has conditions. Not for a function in a VPC: Lambda then checks the role in a way that brings no
   * source, and refuses to create the function (https://github.com/aws/aws-parallelcluster/pull/6926).
   * @default true
   */
  readonly conditioned?: boolean
  readonly description: string
}

/**
 * Only for resources of this account and region: no other customer of the service can have it use this role.
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
