/**
 * The documents of a run in the work bucket, all under `runs/<run>/`: what was resolved, what a build is to do,
 * what it did, and the report. Messages between states are in contract.ts.
 */
import * as z from 'zod'
import {
  countsSchema,
  digestSchema,
  imageItemSchema,
  Outcome,
  syncOutcomeSchema,
  tagSchema,
} from './contract.ts'
import { imageSettingsSchema, regionSchema } from './list/config.ts'

const errorSchema = z.strictObject({ name: z.string(), message: z.string() })

/** `runs/<run>/plan.json`: what the Map reads its items from. */
export const planSchema = z.array(imageItemSchema)

/** A signature, SBOM or other artifact that belongs to an image and travels with it. */
export const artifactSchema = z.strictObject({
  digest: digestSchema,
  mediaType: z.string(),
  size: z.int().min(0),
  artifactType: z.string().optional(),
  /** The digest that it is about. */
  subject: digestSchema,
  /** Set for cosign's tag scheme (`sha256-<hex>.sig`): the tag that it has at the source. */
  tag: tagSchema.optional(),
  /** The index that its subject is a platform of, where the index is what has a tag. */
  index: digestSchema.optional(),
})
export type Artifact = z.infer<typeof artifactSchema>

/** One tag of the source and what is behind it; no tag where the list pins a digest alone. */
export const resolvedTagSchema = z.strictObject({
  tag: tagSchema.optional(),
  digest: digestSchema,
  mediaType: z.string(),
  size: z.int().min(0),
  /** The manifest itself in Base64, where it was read: a pull that need not be made again. */
  data: z.string().optional(),
  /** The list or a push fixes the digest: where the source's tag leads does not matter. @default false */
  pinned: z.boolean().optional(),
})
export type ResolvedTag = z.infer<typeof resolvedTagSchema>

/** A tag (or, without a tag, a digest) that cannot be mirrored, and why; the other tags of the image can. */
export const failedTagSchema = z.strictObject({
  tag: tagSchema.optional(),
  /** Absent if the source did not say. */
  digest: digestSchema.optional(),
  name: z.string(),
  message: z.string(),
})
export type FailedTag = z.infer<typeof failedTagSchema>

/** `runs/<run>/images/<id>/resolved.json` */
export const resolvedSchema = z.strictObject({
  image: z.string(),
  tags: z.array(resolvedTagSchema),
  /** Wanted, but not to be had. @default - none */
  failed: z.array(failedTagSchema).optional(),
  artifacts: z.array(artifactSchema),
  /** What people should know although nothing failed. @default - none */
  warnings: z.array(z.string()).optional(),
  rateLimit: z
    .strictObject({
      limit: z.number().optional(),
      remaining: z.number().optional(),
      windowSeconds: z.number().optional(),
    })
    .optional(),
})
export type Resolved = z.infer<typeof resolvedSchema>

/** `runs/<run>/images/<id>/resolving.json`: what Resolve knew when its source asked to slow down. */
export const resolvingSchema = z.strictObject({ tags: z.array(resolvedTagSchema) })

/** `runs/<run>/images/<id>/<region>/warnings.json` */
export const warningsSchema = z.array(z.string())

/** A place that may hold the content: an ECR region of ours, or the source itself. */
export const placeSchema = z.union([
  z.strictObject({ region: regionSchema, repository: z.string() }),
  z.strictObject({ registry: z.string(), repository: z.string(), credentials: z.string().optional() }),
])
export type Place = z.infer<typeof placeSchema>

/** `runs/<run>/images/<id>/<region>/order.json`: what Sync has to make true of one target. */
export const workOrderSchema = z.strictObject({
  run: z.string(),
  image: z.string(),
  target: z.strictObject({ region: regionSchema, repository: z.string() }),
  /** What the list says of the image. */
  settings: imageSettingsSchema,
  tags: z.array(resolvedTagSchema),
  artifacts: z.array(artifactSchema),
  /** About the image, whatever its target. @default - none */
  warnings: z.array(z.string()).optional(),
  /** Tags that failed in Resolve: the job cannot help them, and ends failed because of them. @default - none */
  failed: z.array(failedTagSchema).optional(),
  /** All tags of the image: these, those that the target holds already, and those that failed. @default - these */
  wanted: z.int().min(1).optional(),
  /** Where to read from, nearest first. */
  readFrom: z.array(placeSchema).min(1),
})
export type WorkOrder = z.infer<typeof workOrderSchema>

/** `runs/<run>/images/<id>/<region>/result.json`: what became of each tag of the order. */
export const syncResultSchema = z.strictObject({
  outcome: syncOutcomeSchema,
  /** The round of the pair that the build was for: the result of an earlier round says nothing about this one. */
  round: z.int().min(0).optional(),
  /** Link to the build's log, for alerts. */
  log: z.string().optional(),
  tags: z.array(
    z.strictObject({
      tag: tagSchema.optional(),
      /** Absent for a tag that failed in Resolve. */
      digest: digestSchema.optional(),
      status: z.enum(['copied', 'present', 'failed', 'deferred']),
      /** Why it failed, or was deferred. */
      error: errorSchema.optional(),
      bytes: z.int(),
      seconds: z.number(),
      /** Absent where it did not come to the end. */
      blobs: z.strictObject({ copied: z.int(), mounted: z.int(), present: z.int() }).optional(),
    }),
  ),
  warnings: z.array(z.string()),
  requests: z.record(z.string(), z.int()),
})
export type SyncResult = z.infer<typeof syncResultSchema>

export const pairReportSchema = z.strictObject({
  image: z.string(),
  region: regionSchema,
  repository: z.string(),
  outcome: Outcome,
  /** What the target holds; in a dry run, what it would hold. */
  tags: z.array(z.strictObject({ tag: tagSchema.optional(), digest: digestSchema })),
  /** What cannot be mirrored, and why. @default - none */
  failedTags: z.array(failedTagSchema).optional(),
  /** What a registry asked to wait for. @default - none */
  deferredTags: z.array(failedTagSchema).optional(),
  bytes: z.int(),
  seconds: z.number(),
  error: errorSchema.extend({ log: z.string().optional() }).optional(),
  /** What people should know although nothing failed, such as artifacts that the target refuses. */
  warnings: z.array(z.string()).optional(),
})
export type PairReport = z.infer<typeof pairReportSchema>

/** `runs/<run>/report.json` */
export const reportSchema = z.strictObject({
  run: z.string(),
  counts: countsSchema,
  pairs: z.array(pairReportSchema),
})
export type Report = z.infer<typeof reportSchema>
