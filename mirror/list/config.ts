/**
 * The list: what people write in mirror.yaml, in an execution's input or in a list in S3. The schema is strict,
 * so that a misspelt key is an error and never a setting that is silently ignored.
 */
import * as z from 'zod'
import { REGIONS } from './regions.ts'

export const regionSchema = z.enum(REGIONS)
export type Region = z.infer<typeof regionSchema>

/** `7.4` is exactly that tag; `/^7\.\d+$/` is a regular expression (RE2 syntax), found anywhere in the tag. */
export const tagPatternSchema = z.string().min(1)

export const tagsSchema = z.strictObject({
  /** Which tags are wanted. @default - the tag of the reference; with `exclude` alone, all tags */
  include: z.array(tagPatternSchema).min(1).optional(),
  /** Which of those are not. @default - none */
  exclude: z.array(tagPatternSchema).min(1).optional(),
})
export type Tags = z.infer<typeof tagsSchema>

const imageSettings = {
  /** @default - the tag or digest of `source`; `latest` when it has none */
  tags: tagsSchema.optional(),
  /** @default - all regions of the list */
  regions: z.array(regionSchema).min(1).optional(),
  /** Name or ARN of the Secrets Manager secret for the source. @default - anonymous, or IAM where it is ECR */
  credentials: z.string().min(1).max(2048).optional(),
}

export const imageSchema = z.strictObject({
  /** Any OCI registry: `docker.io/library/redis:7.4`, `quay.io/prometheus/node-exporter`. */
  source: z.string().min(1),
  /** The target repository. @default - the source's path behind `prefix` */
  repository: z.string().min(2).max(256).optional(),
  /** When it is mirrored: `rate(1 hour)`, `cron(0 3 * * ? *)`. @default - with the list */
  schedule: z.string().min(1).optional(),
  ...imageSettings,
})
export type Image = z.infer<typeof imageSchema>

/** An entry of `images`: the long form, or just the reference. */
export const imageEntrySchema = z.union([z.string().min(1), imageSchema])
export type ImageEntry = z.infer<typeof imageEntrySchema>

/** How target repositories are made where they are missing. */
export const repositorySettingsSchema = z.strictObject({
  /** @default false - tags can be moved, as the source moves them */
  immutableTags: z.boolean().default(false),
  /** @default true */
  scanOnPush: z.boolean().default(true),
  /** Resource tags of the repository. @default - none */
  tags: z.record(z.string(), z.string()).default({}),
})
export type RepositorySettings = z.infer<typeof repositorySettingsSchema>

/** Repositories of this account whose pushes are copied to the other regions at once. */
export const pushSettingsSchema = z.strictObject({
  /** Names; `*` stands for any characters (`team/*`). */
  repositories: z
    .array(
      z
        .string()
        .regex(
          /^[a-z0-9*][a-z0-9._/*-]*$/,
          'must be a repository name, in which * stands for any characters',
        ),
    )
    .min(1),
  /** The regions where people push. From several, each gets what is pushed to the others. @default - the home region */
  from: z.array(regionSchema).min(1).optional(),
  /** Where pushes are copied to. @default - all regions of the list */
  regions: z.array(regionSchema).min(1).optional(),
})
export type PushSettings = z.infer<typeof pushSettingsSchema>

/** How the pull quotas of the sources are used: Docker Hub's, and whoever else tells of one in `ratelimit-*` headers. */
export const rateLimitSchema = z.strictObject({
  /** Pulls that are left to others: with no more than these, an image waits. @default 0 */
  reserve: z.int().min(0).max(1_000_000).default(0),
})

/** A host, with a port where it has one; `*.example.com` is any host below example.com, `*` is any at all. */
const registryPatternSchema = z
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

/** How one registry is read. */
export const registrySchema = z.strictObject({
  /** `iam`: as the stack's own roles, where it is public.ecr.aws. @default - anonymously, or with an image's secret */
  credentials: z.literal('iam').optional(),
  /** Token servers that may see its credentials, as `https://auth.example.com`. @default - those of its own domain */
  realms: z.array(realmSchema).min(1).optional(),
  /** Authorities that sign its certificate: PEM, or a file of it by its path from the list. @default - the public ones */
  ca: z.string().min(1).optional(),
})

/** Ids of EC2 have 17 hex digits; old ones have 8. */
const ec2Id = (kind: 'vpc' | 'subnet' | 'sg') =>
  z
    .string()
    .regex(new RegExp(`^${kind}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`), `must be ${kind}- and 17 hex digits, or 8`)

/**
 * Where sources are read from, when the internet does not lead there. The most that CodeBuild and Lambda take:
 * https://docs.aws.amazon.com/codebuild/latest/APIReference/API_VpcConfig.html
 */
export const vpcSchema = z.strictObject({
  /** Of the home region. */
  id: ec2Id('vpc'),
  /** Private ones, with a way out. */
  subnets: z.array(ec2Id('subnet')).min(1).max(16),
  securityGroups: z.array(ec2Id('sg')).min(1).max(5),
})

export const listSchema = z.strictObject({
  images: z.array(imageEntrySchema).min(1),
  regions: z.array(regionSchema).min(1),
  /** Where the stack lives and upstream is read into first. @default - the first of `regions` */
  home: regionSchema.optional(),
  /** Put before every target repository: `mirror` makes `mirror/redis`. @default - none */
  prefix: z.string().min(1).optional(),
  /** When the images that say nothing of their own are mirrored: an expression, or `off`. @default rate(1 day) */
  schedule: z.string().min(1).optional(),
  /** Settings for images that have none of their own. */
  defaults: z.strictObject(imageSettings).optional(),
  /** @default - mutable tags, scan on push */
  repositories: repositorySettingsSchema.prefault({}),
  /** @default - pushes start nothing */
  push: pushSettingsSchema.optional(),
  /** @default - quotas may be used up */
  rateLimit: rateLimitSchema.optional(),
  /** @default - sources are read over the internet */
  vpc: vpcSchema.optional(),
  /** By host. @default - none is special */
  registries: z.record(z.string(), registrySchema).optional(),
  /**
   * Registries that lists of executions may read from, beside this account's ECR and those that `images` names.
   * @default - the well-known public ones
   */
  allowedRegistries: z.array(registryPatternSchema).optional(),
})
export type List = z.infer<typeof listSchema>
