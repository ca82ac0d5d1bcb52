/** Schema of the list's `targets`: places that images go to besides the regions of this account. */
import * as z from 'zod'
import { regionSchema } from '../region-schema.ts'

/** The name in `targets` that means the regions of an image. */
export const REGIONS_TARGET = 'regions'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const ROLE = /^arn:(aws[a-z-]{0,20}):iam::(\d{12}):role\/[\w+=,.@/-]{1,576}$/

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const externalIdSchema = z
  .string()
  .regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be 2 to 1224 letters, digits and _+=,.@:/-')

/** Names of repositories at a target. */
const names = {
  namespace: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Put before the name of every repository there, in place of `prefix`: `mirror` gives `mirror/redis`. Default: none; the `prefix` at other accounts.',
    ),
  repository: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      "The names of repositories there, after `namespace`, with `{path}`, `{name}` (its last part), `{flat}` (with `-` in place of `/`) and `{registry}` (the source's host): `'{registry}/{path}'`. Default: `{path}`.",
    ),
}

/** Any registry but private ones of Amazon ECR. */
export const registryTargetSchema = z
  .strictObject({
    registry: z.string().min(1).max(255).describe("The registry's host: `harbor.example.com`."),
    ...names,
    credentials: z
      .string()
      .min(1)
      .max(512)
      .optional()
      .describe(
        'Name or ARN of the Secrets Manager secret that images are pushed with. Default: anonymous access.',
      ),
    public: z
      .literal(true)
      .optional()
      .describe(
        'Must be `true` for docker.io and public.ecr.aws, where new repositories are public. Default: repositories are not public.',
      ),
  })
  .meta({ id: 'RegistryTarget' })
export type RegistryTarget = z.infer<typeof registryTargetSchema>

/** Amazon ECR of another account. */
export const accountTargetSchema = z
  .strictObject({
    account: z
      .string()
      .regex(/^\d{12}$/, 'must be 12 digits in quotes')
      .describe("The account's id, in quotes: `'210987654321'`."),
    regions: z.array(regionSchema).min(1).describe('The regions of that account to mirror to.'),
    role: z
      .string()
      .regex(ROLE, 'must be the ARN of a role, such as arn:aws:iam::210987654321:role/image-mirror')
      .optional()
      .describe(
        'The role of that account that Diff and Sync assume. Default: none; the registry policy of the account lets their own roles in.',
      ),
    externalId: externalIdSchema
      .optional()
      .describe("The external id that the role's trust policy requires. Default: none."),
    ...names,
  })
  .meta({ id: 'AccountTarget' })
export type AccountTarget = z.infer<typeof accountTargetSchema>

export const targetsSchema = z.record(z.string(), z.union([accountTargetSchema, registryTargetSchema]))

/** The names that an image or `defaults` chooses. */
export const targetNamesSchema = z.array(z.string().min(1)).min(1)
