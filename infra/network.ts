/**
 * Optional VPC for reading from sources. Contains the builds and the function that reads sources, and grants their
 * roles the permissions that CodeBuild and Lambda need. Everything else calls only AWS and stays outside.
 */
import { Aws } from 'aws-cdk-lib'
import { type ISecurityGroup, type IVpc, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { Construct, IDependable } from 'constructs'
import type { List } from '../mirror/list/config.ts'
import { grantAll } from './iam/grants.ts'
import { invalidInput } from './problems.ts'

export interface NetworkProps {
  /**
   * The VPC that sources are read from, in the stack's region.
   * @default - the list's `vpc`; without one, sources are read over the internet
   */
  readonly vpc?: IVpc

  /**
   * Subnets of `vpc`, of a type with NAT egress.
   * @default - the private subnets of `vpc`
   */
  readonly vpcSubnets?: SubnetSelection

  /**
   * Security groups of `vpc`. They need no inbound rules.
   * @default - a new one that allows all outbound traffic
   */
  readonly securityGroups?: readonly ISecurityGroup[]
}

export interface Network {
  readonly vpcId: string
  readonly subnetIds: readonly string[]
  readonly securityGroups: readonly ISecurityGroup[]
  /** A dependency on the subnets' egress; known only for a VPC that is deployed with the mirror. */
  readonly ready?: IDependable
}

/** Returns undefined without a VPC. @throws InvalidInput if the settings are inconsistent */
export function networkOf(
  scope: Construct,
  { vpc: listed }: Pick<List, 'vpc'>,
  { vpc, vpcSubnets, securityGroups }: NetworkProps,
): Network | undefined {
  if (vpc !== undefined) return networkIn(scope, vpc, vpcSubnets, securityGroups)
  if (vpcSubnets !== undefined || securityGroups !== undefined) {
    throw invalidInput('vpcSubnets and securityGroups need a VPC: set vpc too, or remove them')
  }
  if (listed === undefined) return undefined
  return {
    vpcId: listed.id,
    subnetIds: listed.subnets,
    securityGroups: listed.securityGroups.map((id) => SecurityGroup.fromSecurityGroupId(scope, id, id)),
  }
}

function networkIn(
  scope: Construct,
  vpc: IVpc,
  vpcSubnets: SubnetSelection | undefined,
  securityGroups: readonly ISecurityGroup[] = [],
): Network {
  const { subnetIds, hasPublic, internetConnectivityEstablished } = vpc.selectSubnets(vpcSubnets)
  if (hasPublic) {
    throw invalidInput(
      'vpcSubnets are public, where functions and builds cannot reach the internet: select private subnets with a NAT gateway',
    )
  }
  return {
    vpcId: vpc.vpcId,
    subnetIds,
    securityGroups: securityGroups.length > 0 ? securityGroups : [ownGroup(scope, vpc)],
    ready: internetConnectivityEstablished,
  }
}

function ownGroup(scope: Construct, vpc: IVpc): SecurityGroup {
  return new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: 'Builds and functions of image-mirror that read from sources',
  })
}

/** The VPC configuration as CloudFormation resources take it. */
export function vpcConfig({ subnetIds, securityGroups }: Network): {
  subnetIds: string[]
  securityGroupIds: string[]
} {
  return { subnetIds: [...subnetIds], securityGroupIds: groupIds(securityGroups) }
}

function groupIds(groups: readonly ISecurityGroup[]): string[] {
  return groups.map(({ securityGroupId }) => securityGroupId)
}

/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html */
const OF_A_FUNCTION = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
]

/**
 * Lambda creates a function's network interfaces with the function's role, and checks the permissions before any
 * interface exists. The function's code needs none of them, so it is denied: its requests carry the function's ARN, and
 * those from the Lambda service do not.
 * https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
export function grantInterfacesToLambda(role: Role): void {
  const reason = 'Lambda needs it before any interface exists to name, and the function code is denied it'
  grantAll(role, [{ actions: OF_A_FUNCTION, resources: ['*'], wildcard: reason }])
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: OF_A_FUNCTION,
      resources: ['*'],
      conditions: { ArnLike: { 'lambda:SourceFunctionArn': ofRegion('lambda', 'function:*') } },
    }),
  )
}

/**
 * CodeBuild creates an interface for each build, only in these subnets and with these security groups.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html#customer-managed-policies-example-create-vpc-network-interface
 */
export function grantInterfacesToCodeBuild(role: Role, { subnetIds, securityGroups }: Network): void {
  const subnets = subnetIds.map((id) => ofAnyAccount(`subnet/${id}`))
  const groups = groupIds(securityGroups).map((id) => ofAnyAccount(`security-group/${id}`))
  const interfaces = ofRegion('ec2', 'network-interface/*')
  grantAll(role, [
    {
      actions: ['ec2:CreateNetworkInterface'],
      resources: [...subnets, ...groups, interfaces],
      wildcard: 'each build gets a new interface, in these subnets and with these security groups',
    },
    {
      actions: ['ec2:DeleteNetworkInterface'],
      resources: [interfaces],
      wildcard: 'each build gets a new interface, which is deleted afterwards',
    },
    {
      actions: ['ec2:CreateNetworkInterfacePermission'],
      resources: [interfaces],
      equals: { 'ec2:AuthorizedService': 'codebuild.amazonaws.com' },
      arnLike: { 'ec2:Subnet': subnets },
      wildcard: 'conditions name the subnets and CodeBuild',
    },
    {
      actions: [
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ],
      resources: ['*'],
      wildcard: 'EC2 describe actions have no resource-level permissions',
    },
  ])
}

/** Subnets and security groups of a shared VPC belong to the account of its owner. */
function ofAnyAccount(resource: string): string {
  return `arn:${Aws.PARTITION}:ec2:${Aws.REGION}:*:${resource}`
}

function ofRegion(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`
}
