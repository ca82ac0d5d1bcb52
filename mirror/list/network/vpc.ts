/** Schema of the list's `vpc`: the network that private sources are read from. */
import * as z from 'zod'

/** EC2 ids have 17 hex digits; old ones have 8. */
const ec2Id = (kind: 'vpc' | 'subnet' | 'sg') =>
  z
    .string()
    .regex(new RegExp(`^${kind}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`), `must be ${kind}- and 17 hex digits, or 8`)

/** The bounds are those of CodeBuild: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_VpcConfig.html */
export const vpcSchema = z
  .strictObject({
    id: ec2Id('vpc').describe('A VPC of the home region.'),
    subnets: z.array(ec2Id('subnet')).min(1).max(16).describe('Private subnets that have a NAT gateway.'),
    securityGroups: z
      .array(ec2Id('sg'))
      .min(1)
      .max(5)
      .describe('Security groups that allow outbound traffic to the registries.'),
  })
  .meta({ id: 'Vpc' })
