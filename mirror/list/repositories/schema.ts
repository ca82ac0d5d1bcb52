/**
 * Schema of the settings of target repositories in Amazon ECR. No key has a default here, so that only what a list says
 * is compared with a repository; new repositories get the defaults of wanted.ts.
 */
import * as z from 'zod'
import { lifecycleSchema } from './lifecycle-schema.ts'
import { policySchema } from './policy-schema.ts'

/** Leaves out a setting of the list for one image. */
export const NONE = 'none'

const exceptionSchema = z
  .string()
  .regex(/^[0-9a-zA-Z._*-]{1,128}$/, 'must be a tag, in which * stands for any characters (`sha256-*`)')

export const immutableTagsSchema = z.union([
  z.boolean(),
  z
    .strictObject({
      except: z
        .array(exceptionSchema)
        .min(1)
        .max(5)
        .describe('Up to five tags that may still move; `*` stands for any characters, at most twice.'),
    })
    .meta({ id: 'ImmutableTags' }),
])
export type ImmutableTags = z.infer<typeof immutableTagsSchema>

const keyArnSchema = z
  .string()
  .regex(
    /^arn:aws[a-z-]{0,20}:kms:[a-z0-9-]{1,40}:\d{12}:key\/[\w-]{1,64}$/,
    'must be the ARN of a key of AWS KMS',
  )

/** Mappings come before literals, so that a mistake in a mapping is explained as one. */
export const encryptionSchema = z.union([
  z
    .strictObject({
      kms: z
        .union([
          keyArnSchema,
          z.record(z.string(), keyArnSchema),
          z.literal(true, { error: 'must be true, the ARN of a key, or the ARN for each region' }),
        ])
        .describe(
          "The KMS key: `true` for ECR's own key, the ARN of a key, or the ARN for each region or target id.",
        ),
    })
    .meta({ id: 'Encryption' }),
  z.literal('AES256', { error: 'must be AES256, or a mapping with "kms"' }),
])
export type Encryption = z.infer<typeof encryptionSchema>

/** The settings that may become less strict, if the list names them. */
export const LOOSENED = ['immutableTags', 'scanOnPush', 'lifecycle', 'policy'] as const

export const reconcileSchema = z.union([
  z.boolean(),
  z
    .strictObject({
      loosen: z
        .array(z.enum(LOOSENED))
        .min(1)
        .describe(
          'Settings that may become less strict: `immutableTags`, `scanOnPush`, `lifecycle`, `policy`.',
        ),
    })
    .meta({ id: 'Reconcile' }),
])
export type Reconcile = z.infer<typeof reconcileSchema>

export const repositorySettingsSchema = z
  .strictObject({
    immutableTags: immutableTagsSchema
      .optional()
      .describe(
        'Whether tags are immutable; `except` names tags that may still move. Default: tags may move.',
      ),
    scanOnPush: z
      .boolean()
      .optional()
      .describe('Whether images are scanned on push. Default: new repositories scan.'),
    encryption: encryptionSchema
      .optional()
      .describe('How new repositories are encrypted: `AES256`, or with `kms`. Default: `AES256`.'),
    lifecycle: z
      .union([lifecycleSchema, z.literal(NONE, { error: 'must be a mapping, or none' })])
      .optional()
      .describe('Which images ECR deletes, or `none`. Default: none.'),
    policy: z
      .union([policySchema, z.literal(NONE, { error: 'must be a mapping, or none' })])
      .optional()
      .describe('Who may use the repository, or `none`. Default: this account alone.'),
    tags: z.record(z.string(), z.string()).optional().describe('Resource tags. Default: none.'),
    reconcile: reconcileSchema
      .optional()
      .describe(
        'Whether runs change repositories of the mirror that differ from the list, and what may become less strict (`loosen`). Default: differences are reported.',
      ),
  })
  .meta({ id: 'RepositorySettings' })
export type RepositorySettings = z.infer<typeof repositorySettingsSchema>

/** The settings of an image's repositories: its own keys before those of the list. */
export function mergeSettings(all: RepositorySettings, own: RepositorySettings = {}): RepositorySettings {
  const given = Object.entries(own).filter(([, value]) => value !== undefined)
  return { ...all, ...Object.fromEntries(given) }
}
