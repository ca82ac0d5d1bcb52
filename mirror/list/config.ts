/**
 * Schema of the list in mirror.yaml, in an execution's input, in S3, or in the construct's props. It is strict, so
 * that a misspelt key is an error instead of being ignored. Its descriptions become the JSON Schema, the package's
 * types and the reference pages; they end with "Default: …".
 */
import * as z from 'zod'
import { platformProblem } from '../platforms/platform.ts'
import { alertsSchema } from '../report/alert/settings.ts'
import { metricsSchema } from '../report/metric-settings.ts'
import { imagesFromSchema } from './elsewhere/place.ts'
import { repositoryPatternSchema } from './elsewhere/repository-pattern.ts'
import { artifactRulesSchema } from './proof/artifact-rules.ts'
import { verifySchema } from './proof/verify-rules.ts'
import { pushSettingsSchema } from './push-schema.ts'
import { regionSchema } from './region-schema.ts'
import { rateLimitSchema, registryPatternSchema, registrySchema, vpcSchema } from './registries/schema.ts'
import { repositorySettingsSchema } from './repositories/schema.ts'
import { tagsSchema } from './tags/schema.ts'
import { targetNamesSchema, targetsSchema } from './targets/schema.ts'
import { backupSchema } from './time/backup.ts'
import { expiresSchema } from './time/expires.ts'
import { pruneSchema } from './time/prune.ts'

export type Region = z.infer<typeof regionSchema>
export type { RepositorySettings } from './repositories/schema.ts'

/** `linux/amd64`, `linux/arm/v7`, or `all`. */
export const platformSchema = z
  .string()
  .refine((text) => platformProblem(text) === undefined, {
    error: ({ input }) => platformProblem(String(input)),
  })
  // Editors offer these.
  .meta({ examples: ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'windows/amd64', 'all'] })

/** Settings that are carried unchanged to the code that uses them. New keys of an image belong here. */
const carriedSettings = {
  credentials: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .describe(
      'Name or ARN of the Secrets Manager secret for the source. Default: anonymous access; IAM for Amazon ECR.',
    ),
  artifacts: artifactRulesSchema
    .optional()
    .describe('The signatures, SBOMs and other artifacts to mirror with the image. Default: all.'),
  platforms: z
    .array(platformSchema)
    .min(1)
    .optional()
    .describe(
      'The platforms to mirror, such as `linux/amd64` and `linux/arm/v7`: the target gets an index of just these, with a digest of its own. `[all]` overrides `defaults`. Default: all platforms, with the digest of the source.',
    ),
  as: z
    .enum(['index', 'manifest'])
    .optional()
    .describe(
      'The form of a subset of platforms: a new `index`, or for a single platform its `manifest`. Default: `index`.',
    ),
  verify: verifySchema
    .optional()
    .describe(
      'The signature that the image must have. An image without it is not copied. Default: not verified.',
    ),
  prune: pruneSchema,
  backup: backupSchema,
}

/** Settings of an image, and of `defaults` for images without them. */
const imageSettings = {
  tags: tagsSchema
    .optional()
    .describe('The tags to mirror. Default: the tag or digest of `source`, else `latest`.'),
  regions: z
    .array(regionSchema)
    .min(1)
    .optional()
    .describe('The regions to mirror the image to. Default: all regions of the list.'),
  targets: targetNamesSchema
    .optional()
    .describe(
      "Where to mirror the image: names of the list's `targets`, and `regions` for the regions. Default: `[regions]`.",
    ),
  ...carriedSettings,
}

const sharedNameSchema = z
  .string()
  .min(1)
  .max(256)
  .optional()
  .describe(
    "The names of target repositories: `'{registry}/{path}'`, with the placeholders of a target's `repository`. Default: the source's path after `prefix`.",
  )

export const imageSchema = z
  .strictObject({
    source: z
      .string()
      .min(1)
      .describe(
        'A repository at any OCI registry, with or without a tag or digest: `docker.io/library/redis:7.4`. In Amazon ECR also the beginning of names with a `*`: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/*`.',
      ),
    sourceTags: z
      .record(z.string().min(1).max(128), z.string().max(256))
      .optional()
      .describe(
        'Resource tags that the repositories of a source with a `*` must have, all of them. Default: any.',
      ),
    repository: z
      .string()
      .min(2)
      .max(256)
      .optional()
      .describe(
        "The target repository, which may have the placeholders of a target's `repository`. Default: the source's path after `prefix`.",
      ),
    to: z
      .array(z.string().min(1).max(400))
      .min(1)
      .max(20)
      .optional()
      .describe(
        'Several names at the targets instead of `repository`, each with or without a tag: `[golang:1.17, golang:latest]`. Names with a tag are for one tag of the source. Default: `repository`.',
      ),
    schedule: z
      .string()
      .min(1)
      .optional()
      .describe(
        "When the image is mirrored: `rate(1 hour)` or `cron(0 3 * * ? *)` in UTC. Default: the list's schedule.",
      ),
    expires: expiresSchema,
    repositories: repositorySettingsSchema
      .optional()
      .describe(
        "Settings of the image's repositories. Each key replaces that of the list. Default: the list's.",
      ),
    ...imageSettings,
  })
  .meta({ id: 'Image' })
export type Image = z.infer<typeof imageSchema>

export const imageEntrySchema = z
  .union([z.string().min(1), imageSchema])
  .meta({ id: 'ImageEntry', description: 'An image: its reference, or an object with settings.' })
export type ImageEntry = z.infer<typeof imageEntrySchema>

/**
 * Settings of an image with defaults applied: one object that travels from Plan to Sync. `tags` and `regions` are left
 * out, because Plan turns them into a selection and targets.
 */
export const imageSettingsSchema = z.strictObject({
  ...carriedSettings,
  repositories: repositorySettingsSchema,
})
export type ImageSettings = z.infer<typeof imageSettingsSchema>

export const listSchema = z
  .strictObject({
    images: z
      .array(imageEntrySchema)
      .default([])
      .describe('The images to mirror. Default: those of `imagesFrom`, without which they are required.'),
    imagesFrom: imagesFromSchema
      .optional()
      .describe(
        'Where further images are read from in each run: `s3://bucket/key`, `ssm:/parameter`, `ssm:/path/` or `dynamodb:table`. Default: `images` alone.',
      ),
    regions: z
      .array(regionSchema)
      .default([])
      .describe(
        'The regions to mirror to. Required unless every image goes to `targets` only. Default: no regions.',
      ),
    targets: targetsSchema
      .optional()
      .describe('Other accounts and registries to mirror to, by name. Default: the regions only.'),
    home: regionSchema
      .optional()
      .describe(
        'The region of the stack. Images are read from upstream into this region first if it is one of `regions`. Default: the first of `regions`; without regions, the region that the stack is deployed to.',
      ),
    prefix: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Put before the name of every target repository: `mirror` gives `mirror/redis`. Default: none.',
      ),
    schedule: z
      .string()
      .min(1)
      .optional()
      .describe(
        'When images without a schedule of their own are mirrored: `rate(6 hours)`, `cron(0 3 * * ? *)` in UTC, or `off`. Default: `rate(1 day)`.',
      ),
    defaults: z
      .strictObject({ ...imageSettings, repository: sharedNameSchema })
      .meta({ id: 'ImageDefaults' })
      .optional()
      .describe('Settings for images that do not set them. Default: none.'),
    repositories: repositorySettingsSchema
      .prefault({})
      .describe(
        'Settings of the target repositories in Amazon ECR. Default: tags may move, and images are scanned on push.',
      ),
    push: pushSettingsSchema
      .optional()
      .describe(
        'Copies images to other regions and targets when they are pushed to ECR. Default: pushes start nothing.',
      ),
    rateLimit: rateLimitSchema
      .optional()
      .describe('How the pull quotas of sources are used. Default: in full.'),
    alerts: alertsSchema
      .optional()
      .describe('How failures are reported. Default: new ones at once, persisting ones once a day.'),
    dashboard: z
      .boolean()
      .optional()
      .describe('Whether the stack has a CloudWatch dashboard. Default: `true`.'),
    metrics: metricsSchema
      .optional()
      .describe('Which metrics runs publish to CloudWatch. Default: those of the whole mirror.'),
    vpc: vpcSchema
      .optional()
      .describe('The VPC that private sources are read from. Default: sources are read over the internet.'),
    registries: z
      .record(z.string(), registrySchema)
      .optional()
      .describe('Settings of single registries, by host. Default: none.'),
    allowedRepositories: z
      .array(repositoryPatternSchema)
      .min(1)
      .optional()
      .describe(
        "Target repositories that images of `imagesFrom` and of an execution's own list may go to, besides those below `prefix` and of `images`; `*` stands for any characters. Default: none.",
      ),
    allowedRegistries: z
      .array(registryPatternSchema)
      .optional()
      .describe(
        "Registries that `imagesFrom` and an execution's own list may read from, besides this account's ECR and those of `images`: hosts, `*.example.com`, or `*`. Default: the well-known public ones.",
      ),
  })
  .meta({ id: 'List' })
/** A list whose images are all its own. */
export const ownListSchema = listSchema.extend({ images: z.array(imageEntrySchema).min(1) })
export type List = z.infer<typeof listSchema>
/** A list as written: keys with defaults are optional. */
export type ListProps = z.input<typeof listSchema>
