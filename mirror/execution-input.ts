/** Schema of what an execution is started with, by people, schedules and pushes. */
import * as z from 'zod'
import { digestSchema, s3UrlSchema, tagSchema } from './contract.ts'
import { imageEntrySchema } from './list/config.ts'
import { regionSchema } from './list/region-schema.ts'

/** An `ECR Image Action` event, reshaped by the push rule's input transformer. */
export const pushSchema = z.strictObject({
  account: z.string().regex(/^\d{12}$/, 'must be 12 digits'),
  region: regionSchema,
  repository: z.string().min(2).max(256),
  /** Empty for an artifact that was pushed by its digest, such as a signature. */
  tag: z.union([tagSchema, z.literal('')]),
  digest: digestSchema,
  /** Time of the push, ISO 8601. @default - now */
  time: z.iso.datetime().optional(),
})

/** Pairs: `target` is the target's id; `region` says the same of a region, as it was written before there were others. */
export const onlySchema = z
  .array(
    z.strictObject({ image: z.string(), target: z.string().optional(), region: regionSchema.optional() }),
  )
  .min(1)

/** The input of `start-execution`: `{}` (the whole list), a schedule, a push, or a custom list. */
export const executionInputSchema = z.strictObject({
  push: pushSchema.optional(),
  /** Runs only the images of the configured list with this schedule. */
  schedule: z.string().optional(),
  /** When the schedule came due, set by EventBridge Scheduler. The run does nothing while an earlier one is active. */
  due: z.string().max(100).optional(),
  images: z.array(imageEntrySchema).min(1).optional(),
  /** A list in S3, in YAML or JSON. */
  imagesFrom: s3UrlSchema.optional(),
  /** Restricts the run to these regions, which must be configured, and to `targets`. */
  regions: z.array(regionSchema).min(1).optional(),
  /** Restricts the run to these targets: ids, or names in the list's `targets`, and `regions` for all regions. */
  targets: z.array(z.string().min(1)).min(1).optional(),
  /** Restricts the run to these pairs: inline, or as JSON in S3. */
  only: z.union([onlySchema, s3UrlSchema]).optional(),
  /** Plans and compares everything, but copies nothing. */
  dryRun: z.boolean().optional(),
})
export type ExecutionInput = z.infer<typeof executionInputSchema>
