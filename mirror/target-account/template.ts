/** The CloudFormation template for another account, without CDK: a role, or the registry policy of a region. */
import { type Guest, type Opened, registryPolicy, rolePolicy, trustPolicy } from './documents.ts'

export interface RoleOfTarget {
  readonly name: string
  /** `/` or `/path/`. */
  readonly path: string
  readonly externalId?: string | undefined
}

const FORMAT = '2010-09-09'

/** For one stack in any region: roles are global. */
export function roleTemplate(guest: Guest, opened: Opened, { name, path, externalId }: RoleOfTarget): object {
  return {
    AWSTemplateFormatVersion: FORMAT,
    Description: `The role that the image-mirror of ${guest.account} assumes`,
    Resources: {
      MirrorRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: name,
          Path: path,
          Description: `Lets the image-mirror of ${guest.account} write repositories`,
          AssumeRolePolicyDocument: trustPolicy(guest, opened.partition, externalId),
          Policies: [{ PolicyName: 'Repositories', PolicyDocument: rolePolicy(opened) }],
        },
      },
    },
    Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['MirrorRole', 'Arn'] } } },
  }
}

/** For a stack in each region of the target. It replaces a policy that the registry has. */
export function registryTemplate(guest: Guest, opened: Opened): object {
  const policy = registryPolicy(guest, opened, REGION)
  return {
    AWSTemplateFormatVersion: FORMAT,
    Description: `Lets the image-mirror of ${guest.account} write repositories`,
    Resources: {
      RegistryPolicy: { Type: 'AWS::ECR::RegistryPolicy', Properties: { PolicyText: withRegion(policy) } },
    },
  }
}

/** Stands for the region of the stack, which CloudFormation fills in. */
const REGION = 'REGION'

function withRegion(policy: ReturnType<typeof registryPolicy>): object {
  const Statement = policy.Statement.map(({ Resource = [], ...rest }) => ({
    ...rest,
    Resource: [Resource].flat().map((arn) => {
      const [before, after] = arn.split(`:${REGION}:`)
      return { 'Fn::Join': [':', [before, { Ref: 'AWS::Region' }, after]] }
    }),
  }))
  return { ...policy, Statement }
}
