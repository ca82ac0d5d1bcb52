/**
 * Schema of the lifecycle policy of repositories: by the keys of the list, or by the rules of Amazon ECR's own document.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
import * as z from 'zod'

/** ECR's own limits are checked on the rules that the keys stand for (check-lifecycle.ts). */
const TAG_PATTERN = /^[0-9a-zA-Z._*-]{1,128}$/

const tagPatternSchema = z
  .string()
  .regex(TAG_PATTERN, 'must be a tag, in which * stands for any characters (`v1.*`)')

const expiry = {
  days: z
    .int()
    .min(1)
    .optional()
    .describe('Deletes images this many days after their push. Default: `newest`.'),
  newest: z
    .int()
    .min(1)
    .optional()
    .describe('Deletes all but this many of the newest images. Default: `days`.'),
}

const expirySchema = z.strictObject(expiry).meta({ id: 'LifecycleExpiry' })
export type Expiry = z.infer<typeof expirySchema>

const taggedExpirySchema = z
  .strictObject({
    tags: z
      .array(tagPatternSchema)
      .min(1)
      .describe('Patterns of tags, in which `*` stands for any characters; each becomes a rule of its own.'),
    ...expiry,
  })
  .meta({ id: 'TaggedLifecycleExpiry' })

export const lifecycleRuleSchema = z
  .strictObject({
    rulePriority: z.int().min(1).describe('The order of the rules; 1 is first.'),
    description: z.string().max(1024).optional().describe('What the rule is for. Default: none.'),
    selection: z
      .strictObject({
        tagStatus: z.enum(['tagged', 'untagged', 'any']).describe('`tagged`, `untagged` or `any`.'),
        tagPatternList: z
          .array(z.string().min(1).max(128))
          .min(1)
          .optional()
          .describe('Patterns of tags; an image must have a tag for each. Default: `tagPrefixList`.'),
        tagPrefixList: z
          .array(z.string().min(1).max(128))
          .min(1)
          .optional()
          .describe('Prefixes of tags; an image must have a tag for each. Default: `tagPatternList`.'),
        storageClass: z
          .enum(['standard', 'archive'])
          .optional()
          .describe('The storage class of the images. Default: `standard`.'),
        countType: z
          .enum(['imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned'])
          .describe('What `countNumber` counts.'),
        countUnit: z.literal('days').optional().describe('`days`, for an age. Default: none.'),
        countNumber: z.int().min(1).describe('Images or days.'),
      })
      .meta({ id: 'LifecycleSelection' })
      .describe('The images that the rule is about.'),
    action: z
      .strictObject({
        type: z.enum(['expire', 'transition']).describe('`expire` or `transition`.'),
        targetStorageClass: z
          .literal('archive')
          .optional()
          .describe('`archive`, for `transition`. Default: none.'),
      })
      .meta({ id: 'LifecycleAction' })
      .describe('What happens to them.'),
  })
  .meta({ id: 'LifecycleRule' })
export type LifecycleRule = z.infer<typeof lifecycleRuleSchema>

export const lifecycleSchema = z
  .strictObject({
    tagged: z
      .array(taggedExpirySchema)
      .min(1)
      .optional()
      .describe('Which images with certain tags are deleted. Default: none.'),
    untagged: expirySchema.optional().describe('Which images without a tag are deleted. Default: none.'),
    any: expirySchema
      .optional()
      .describe('Which of the images that no other key is about are deleted. Default: none.'),
    rules: z
      .array(lifecycleRuleSchema)
      .min(1)
      .optional()
      .describe("The rules of ECR's own document, instead of the other keys. Default: the other keys."),
  })
  .meta({ id: 'Lifecycle' })
export type Lifecycle = z.infer<typeof lifecycleSchema>
