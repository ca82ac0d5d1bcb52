/** The document of `copy --json`. text.ts renders it for people. */
import * as z from 'zod'
import { errorSchema } from '../../mirror/contract.ts'

const blobsSchema = z.strictObject({
  /** Blobs that were sent. */
  copied: z.int(),
  /** Blobs that the registry took over from another of its repositories. */
  mounted: z.int(),
  /** Blobs that the target had before. */
  present: z.int(),
})

const tagReportSchema = z.strictObject({
  /** @default - the command line names a digest without a tag */
  tag: z.string().optional(),
  /** @default - the source does not deliver the tag */
  digest: z.string().optional(),
  /** In a dry run, `stale`: the target has another digest. `missing`: it does not have the tag. */
  status: z.enum(['copied', 'present', 'stale', 'missing', 'failed', 'deferred']),
  /** Why the tag failed, or was deferred. @default - it was not */
  error: errorSchema.optional(),
  /** Content that was sent for the tag. @unit bytes */
  bytes: z.int(),
  /** Duration. @unit seconds */
  seconds: z.number(),
  /** Number of blobs. @default - a dry run, or the tag was not copied */
  blobs: blobsSchema.optional(),
})
export type TagReport = z.infer<typeof tagReportSchema>

const targetReportSchema = z.strictObject({
  /** The target with its tag, if one was given. */
  target: z.string(),
  /** In a dry run, `stale`: the target lacks something. `missing`: it has none of the tags. */
  outcome: z.enum(['synced', 'inSync', 'stale', 'missing', 'deferred', 'failed']),
  /** Content that was sent to the target. @unit bytes */
  bytes: z.int(),
  /** Number of blobs. */
  blobs: blobsSchema,
  /** Duration. @unit seconds */
  seconds: z.number(),
  /** One for each tag. */
  tags: z.array(tagReportSchema),
  /** Findings that do not fail the copy, and in a dry run also artifacts that the target lacks. */
  warnings: z.array(z.string()),
  /** Why the target failed, or was deferred. @default - it was not */
  error: errorSchema.optional(),
  /**
   * When a registry that limits requests may be asked again.
   * @unit seconds
   * @default - the outcome is not `deferred`
   */
  retryAfterSeconds: z.number().optional(),
})
export type TargetReport = z.infer<typeof targetReportSchema>

export const copyDocumentSchema = z.strictObject({
  /** The source with its tag or digest. */
  source: z.string(),
  /** Whether it was a dry run, which copies nothing. */
  dryRun: z.boolean(),
  /** Duration. @unit seconds */
  seconds: z.number(),
  /** What the copy asked of the source. */
  requests: z.strictObject({
    /** Number of requests. */
    requests: z.int(),
    /** Requests that registries such as Docker Hub count as pulls. */
    countedPulls: z.int(),
    /** Received from the source. @unit bytes */
    bytesIn: z.int(),
    /** Sent to the source. @unit bytes */
    bytesOut: z.int(),
    /** Responses that asked to slow down. */
    throttled: z.int(),
  }),
  /** In the order of the command line. */
  targets: z.array(targetReportSchema),
  /** Why the source failed, which fails all targets. @default - it did not */
  error: errorSchema.optional(),
  /** Why artifacts of the source may be incomplete. @default - they are complete */
  warning: z.string().optional(),
})
export type CopyDocument = z.infer<typeof copyDocumentSchema>
