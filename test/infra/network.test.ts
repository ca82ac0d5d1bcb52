// The VPC for sources, from the list or the construct, and the permissions that it needs.

import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { type IVpc, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { expect, test } from 'vitest'
import {
  grantInterfacesToCodeBuild,
  grantInterfacesToLambda,
  type NetworkProps,
  networkOf,
  vpcConfig,
} from '../../infra/network.ts'
import { grantsOf, LISTED_VPC, listOf, ofType, only, policies, resourcesOf, testStack } from './templates.ts'

const LISTED = listOf({ vpc: LISTED_VPC })

/** A second stack with its own VPC. */
function beside(props: (vpc: IVpc) => NetworkProps = (vpc) => ({ vpc })) {
  const stack = testStack()
  // An optional property of the class differs from that of the interface under exactOptionalPropertyTypes.
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 }) as IVpc
  return { stack, vpc, network: networkOf(stack, listOf(), props(vpc)) }
}

test('has no VPC by default', () => {
  expect(networkOf(testStack(), listOf(), {})).toBeUndefined()
})

test('imports the VPC of a list by ids, without lookups and new resources', () => {
  const stack = testStack()
  const network = networkOf(stack, LISTED, {})
  expect(network).toMatchObject({ vpcId: LISTED_VPC.id, subnetIds: LISTED_VPC.subnets })
  expect(network && vpcConfig(network).securityGroupIds).toEqual(LISTED_VPC.securityGroups)
  expect(resourcesOf(stack)).toBeUndefined()
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([])
})

test("uses the private subnets of a construct's VPC, and depends on their routes", () => {
  const { stack, vpc, network } = beside()
  const ids = vpc.privateSubnets.map(({ subnetId }) => subnetId)
  expect(ids).toHaveLength(2)
  expect(network).toMatchObject({ vpcId: vpc.vpcId, subnetIds: ids })
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  if (network?.ready) role.node.addDependency(network.ready)
  const [made] = ofType(resourcesOf(stack), 'AWS::IAM::Role')
  expect(made).toMatchObject({ DependsOn: expect.arrayContaining([expect.stringContaining('DefaultRoute')]) })
})

test('creates one security group without inbound rules for a construct', () => {
  const { stack } = beside()
  const { Properties: group } = only(resourcesOf(stack), 'AWS::EC2::SecurityGroup')
  expect(group.SecurityGroupIngress).toBeUndefined()
  expect(group.SecurityGroupEgress).toMatchObject([{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }])
})

test('uses the security groups of a construct', () => {
  const { network } = beside((vpc) => ({
    vpc,
    securityGroups: [SecurityGroup.fromSecurityGroupId(vpc, 'Group', 'sg-1')],
  }))
  expect(network && vpcConfig(network).securityGroupIds).toEqual(['sg-1'])
})

test('prefers the VPC of the construct to that of the list', () => {
  const stack = testStack()
  const vpc = new Vpc(stack, 'Vpc') as IVpc
  expect(networkOf(stack, LISTED, { vpc })?.vpcId).toBe(vpc.vpcId)
})

test('refuses public subnets, which have no route to the internet for functions and builds', () => {
  const inPublic = (vpc: IVpc) => ({ vpc, vpcSubnets: { subnetType: SubnetType.PUBLIC } })
  expect(() => beside(inPublic)).toThrow(
    expect.objectContaining({
      name: 'InvalidInput',
      message: expect.stringContaining('select private subnets'),
    }),
  )
})

test.each([{ vpcSubnets: {} }, { securityGroups: [] }])('refuses %j without a VPC', (props) => {
  expect(() => networkOf(testStack(), LISTED, props)).toThrow('set vpc too')
})

test('lets Lambda manage interfaces, but not the code of a function', () => {
  const stack = testStack()
  grantInterfacesToLambda(
    new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
  )
  const [allowed, denied] = Object.values(policies(resourcesOf(stack))).flat()
  expect(allowed).toMatchObject({ Effect: 'Allow', Resource: '*' })
  expect(allowed?.Condition).toBeUndefined()
  expect(denied).toMatchObject({ Effect: 'Deny', Action: allowed?.Action, Resource: '*' })
  expect(JSON.stringify(denied?.Condition)).toMatch(/ArnLike.*lambda:SourceFunctionArn.*:function:\*/)
})

test('lets CodeBuild create interfaces only in these subnets, with these security groups and for itself', () => {
  const stack = testStack()
  const network = networkOf(stack, LISTED, {})
  if (network === undefined) throw new Error('the list has a VPC')
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') })
  grantInterfacesToCodeBuild(role, network)
  const resources = resourcesOf(stack)
  const here = 'arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>'
  // The subnets of a shared VPC belong to another account.
  const shared = 'arn:<AWS::Partition>:ec2:<AWS::Region>:*'
  const [first, second] = LISTED_VPC.subnets
  const places = [`subnet/${first}`, `subnet/${second}`, `security-group/${LISTED_VPC.securityGroups[0]}`]
  const described = ['DhcpOptions', 'NetworkInterfaces', 'SecurityGroups', 'Subnets', 'Vpcs']
  expect(grantsOf(resources, 'Role').sort()).toEqual(
    [
      ...places.map((place) => `ec2:CreateNetworkInterface ${shared}:${place}`),
      `ec2:CreateNetworkInterface ${here}:network-interface/*`,
      `ec2:CreateNetworkInterfacePermission ${here}:network-interface/*`,
      `ec2:DeleteNetworkInterface ${here}:network-interface/*`,
      ...described.map((what) => `ec2:Describe${what} *`),
    ].sort(),
  )
  const conditions = Object.values(policies(resources)).flatMap((all) =>
    all.flatMap(({ Condition }) => Condition ?? []),
  )
  expect(conditions).toEqual([
    {
      StringEquals: { 'ec2:AuthorizedService': 'codebuild.amazonaws.com' },
      ArnLike: { 'ec2:Subnet': [expect.anything(), expect.anything()] },
    },
  ])
  expect(JSON.stringify(conditions)).toContain(`:*:subnet/${second}`)
})
