/** Schema of how registries are reached: settings by host, quotas, the network. */
import * as z from 'zod'
import { externalIdSchema, ROLE } from '../targets/schema.ts'

export const rateLimitSchema = z
  .strictObject({
    reserve: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(0)
      .describe(
        "Number of pulls of each source's quota to leave to others; an image waits when no more are left. Default: 0.",
      ),
  })
  .meta({ id: 'RateLimit' })

/** A host with an optional port, `*.example.com` for any host below example.com, or `*` for any host. */
export const registryPatternSchema = z
  .string()
  .regex(
    /^(?:\*|(?:\*\.)?[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d{1,5})?)$/,
    'must be a registry host, *. and a domain, or *',
  )

const realmSchema = z
  .string()
  .regex(
    /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/,
    'must be https:// and a host, and no more',
  )

export const registrySchema = z
  .strictObject({
    credentials: z
      .literal('iam')
      .optional()
      .describe(
        "`iam` reads public.ecr.aws as the stack's own roles. Default: anonymous access, or the image's secret.",
      ),
    role: z
      .string()
      .regex(ROLE, 'must be the ARN of a role, such as arn:aws:iam::210987654321:role/read')
      .optional()
      .describe(
        "The role to assume for reading another account's Amazon ECR. Default: the stack's own roles, which its repository policies let in.",
      ),
    externalId: externalIdSchema
      .optional()
      .describe("The external id that the role's trust policy requires. Default: none."),
    realms: z
      .array(realmSchema)
      .min(1)
      .optional()
      .describe(
        'Token servers of other domains that may see the credentials (`https://auth.example.com`). Default: none.',
      ),
    ca: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The authorities that sign the registry's certificate: PEM text, or the path of a PEM file relative to the list. Default: public authorities.",
      ),
  })
  .meta({ id: 'RegistrySettings' })

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
