/**
 * Every message between the states of the workflow. Read this first; the names of errors are in error-name.ts.
 * States carry pointers into the work bucket, never bulk data, so no payload meets the 256 KiB limit
 * (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
 */
import * as z from 'zod'
import { DIGEST, TAG } from '../registry/model/reference.ts'
import { MAX_RETRY_AFTER_SECONDS } from './error-name.ts'
import {
  imageEntrySchema,
  imageSettingsSchema,
  regionSchema,
  tagPatternSchema,
  tagsSchema,
} from './list/config.ts'

/** At most this many rounds of wait-and-sync for a pair that is rate limited. */
export const MAX_DEFERRED_ROUNDS = 8

export const digestSchema = z.string().regex(DIGEST, 'must be sha256: and 64 hex digits, or sha512: and 128')
export const tagSchema = z.string().regex(TAG, 'must be a tag: 1 to 128 of A-Z a-z 0-9 _ . -')
export const s3UrlSchema = z.string().regex(/^s3:\/\/[a-z0-9.-]{3,63}\/.+$/, 'must look like s3://bucket/key')

/** Bulk data in the work bucket. */
export const pointerSchema = z.strictObject({ bucket: z.string(), key: z.string(), count: z.int().min(0) })
export type Pointer = z.infer<typeof pointerSchema>

// ---- What starts an execution

/** An `ECR Image Action` event, as the push rule's input transformer hands it over. */
export const pushSchema = z.strictObject({
  account: z.string().regex(/^\d{12}$/, 'must be 12 digits'),
  region: regionSchema,
  repository: z.string().min(2).max(256),
  tag: tagSchema,
  digest: digestSchema,
  /** When it was pushed, ISO 8601. @default - now */
  time: z.iso.datetime().optional(),
})

export const onlySchema = z.array(z.strictObject({ image: z.string(), region: regionSchema })).min(1)

/** `{}` (the whole list), a schedule, a push, or a custom list: what people pass to `start-execution --input`. */
export const executionInputSchema = z.strictObject({
  push: pushSchema.optional(),
  /** The images of the configured list that have this schedule. */
  schedule: z.string().optional(),
  /**
   * When the schedule came due: EventBridge Scheduler says so, and people need not. Such a run leaves all to an earlier
   * one of the schedule that is still at work.
   */
  due: z.string().max(100).optional(),
  images: z.array(imageEntrySchema).min(1).optional(),
  /** A list in S3, in YAML or JSON. */
  imagesFrom: s3UrlSchema.optional(),
  /** Narrows the run to these regions; each must be one of the configured ones. */
  regions: z.array(regionSchema).min(1).optional(),
  /** Narrows the run to these pairs: inline, or as JSON in S3. */
  only: z.union([onlySchema, s3UrlSchema]).optional(),
  /** Plan and diff everything, write nothing. */
  dryRun: z.boolean().optional(),
})
export type ExecutionInput = z.infer<typeof executionInputSchema>

// ---- Plan

export const planInputSchema = z.strictObject({
  /** The execution's name (`$$.Execution.Name`): the prefix of everything the run writes. */
  run: z.string().min(1),
  /** Its ARN (`$$.Execution.Id`). */
  execution: z.string().min(1),
  input: z.unknown(),
})
export type PlanInput = z.infer<typeof planInputSchema>

export const targetSchema = z.strictObject({
  region: regionSchema,
  /** Regions of earlier waves, which may already hold the content. */
  readFrom: z.array(regionSchema),
})
export type Target = z.infer<typeof targetSchema>

/** Which tags of a source are wanted: the list's `tags` with all defaults, and what its reference or a push pins. */
export const selectSchema = tagsSchema.extend({
  include: z.array(tagPatternSchema),
  exclude: z.array(tagPatternSchema),
  /** Set if the reference pins a digest: that is mirrored, under the tag if there is one. */
  digest: digestSchema.optional(),
  /**
   * What to do if the tag no longer has that digest. A push is skipped: the newer push has a run of its own. Where
   * several regions are pushed to, what stands is restored: the tag may have been moved by a copy of ours.
   * @default - the digest is mirrored under the tag, with a warning
   */
  ifMoved: z.enum(['skip', 'restore']).optional(),
})
export type Select = z.infer<typeof selectSchema>

/** One image of the plan: an element of `runs/<run>/plan.json`, and the input of one child execution. */
export const imageItemSchema = z.strictObject({
  /** Unique in the run, safe in an S3 key: `00001-redis`. */
  id: z.string().regex(/^[a-zA-Z0-9._-]+$/),
  /** The source as the list has it, for people. */
  image: z.string(),
  source: z.strictObject({ registry: z.string(), repository: z.string() }),
  select: selectSchema,
  /** The target repository, the same in every region. */
  repository: z.string(),
  /** What the list says of it. */
  settings: imageSettingsSchema,
  /** What a target got under a tag later than this is a newer push, and stays: but for what once stood there. */
  keepNewer: z.strictObject({ than: z.iso.datetime(), but: z.array(digestSchema) }).optional(),
  /** A region whose push was replaced, as that of another came at once. */
  conflict: z.strictObject({ region: regionSchema, message: z.string() }).optional(),
  waves: z.array(z.strictObject({ targets: z.array(targetSchema).min(1) })),
})
export type ImageItem = z.infer<typeof imageItemSchema>

/** What identifies a run, carried through every state. */
export const runSchema = z.strictObject({
  name: z.string().min(1),
  dryRun: z.boolean(),
  /** Where Plan put the list, when it is not the configured one: a rerun of failed pairs needs it again. */
  list: s3UrlSchema.optional(),
  /** The run of the same schedule that is still at work: this one came due meanwhile, and does nothing. */
  leftTo: z.string().optional(),
  /** The schedule whose images the run is about, all of them: it tells how fresh they are. */
  schedule: z.string().optional(),
})
export type Run = z.infer<typeof runSchema>

export const planOutputSchema = z.strictObject({
  run: runSchema,
  /** The image items, a JSON array. */
  items: pointerSchema,
  /** Key prefix under which the Map writes its results. */
  resultsPrefix: z.string(),
})
export type PlanOutput = z.infer<typeof planOutputSchema>

// ---- Resolve

/** The input of a child execution, made by the Map's item selector. */
export const resolveInputSchema = z.object({ run: runSchema, image: imageItemSchema })
export type ResolveInput = z.infer<typeof resolveInputSchema>

/** Resolve's output, put at `$.resolved`: where the document above is, and how many tags it has. */
export type ResolveOutput = Pointer

// ---- Diff

/** The image without its waves, which a pair has no use for: the state machine hands over the whole item. */
export const pairImageSchema = imageItemSchema.omit({ waves: true }).strip()
export type PairImage = z.infer<typeof pairImageSchema>

/** The state of one pair inside the regions Map: Diff's input, and the base of its output. */
export const pairStateSchema = z.object({
  run: runSchema,
  image: pairImageSchema,
  resolved: pointerSchema,
  target: targetSchema,
})
export type PairState = z.infer<typeof pairStateSchema>

const errorSchema = z.strictObject({ name: z.string(), message: z.string() })

/** Diff's output, put at `$.diff`. A pair that lacks something has a work order. */
export const diffOutputSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('inSync'),
    /** How many there are: artifacts that the source does not tell, or that the target refuses. */
    warnings: z.int().min(1).optional(),
  }),
  /** `missing` if the target has none of the tags. */
  z.strictObject({ status: z.enum(['stale', 'missing']), order: pointerSchema }),
  /** No build can better it: some tags failed in Resolve, and the target holds all others. */
  z.strictObject({ status: z.literal('failed'), error: errorSchema, warnings: z.int().min(0) }),
])
export type DiffOutput = z.infer<typeof diffOutputSchema>

// ---- Sync

/**
 * How one round of Sync ended: what the build wrote into its result. `failed` is for permanent errors, which a
 * retry cannot help; a build that exits non-zero is retried.
 */
export const syncOutcomeSchema = z.strictObject({
  status: z.enum(['synced', 'deferred', 'failed']),
  retryAfterSeconds: z.int().min(1).max(MAX_RETRY_AFTER_SECONDS).optional(),
  bytes: z.int().min(0),
  seconds: z.number().min(0),
  blobs: z.strictObject({ copied: z.int(), mounted: z.int(), present: z.int() }),
  warnings: z.int().min(0),
  /**
   * Of a deferred job in which some tags failed: their error, which counts if there is no further round. With the link
   * to the log of the build, if its result cannot say.
   */
  error: errorSchema.extend({ log: z.string().optional() }).optional(),
})
export type SyncOutcome = z.infer<typeof syncOutcomeSchema>

const caughtSchema = z.object({ Error: z.string(), Cause: z.string().optional() })

/** The state of a pair after a round of Sync. The outcome that is read of it, a `SyncOutcome`, is put at `$.sync`. */
export const roundStateSchema = pairStateSchema.extend({
  diff: z.object({ order: pointerSchema }),
  rounds: z.object({
    /** How many rounds came before this one. */
    done: z.int().min(0),
    /** Why this round's build did not end well, if it did not. */
    broken: caughtSchema.optional(),
  }),
})
export type RoundState = z.infer<typeof roundStateSchema>

// ---- Report

export const Outcome = z.enum(['synced', 'inSync', 'deferred', 'failed', 'stale', 'missing'])
/** How a pair ended. Only in a dry run: `stale`, it would have been synced; `missing`, the same, from nothing. */
export type Outcome = z.infer<typeof Outcome>

/** How one pair's branch ends, made by the end states of the regions Map. */
export const pairEndSchema = z.object({
  region: regionSchema,
  outcome: Outcome.exclude(['failed', 'deferred']).optional(),
  /** Diff's, of a pair that got no build. */
  warnings: z.int().optional(),
  /** Diff's, of a pair that got no build. */
  error: errorSchema.optional(),
  sync: syncOutcomeSchema.optional(),
  caught: caughtSchema.optional(),
})
export type PairEnd = z.infer<typeof pairEndSchema>

/** How one child execution ends: an element of the Map's results. */
export const imageEndSchema = z.object({
  id: z.string(),
  waves: z.array(z.array(pairEndSchema)).optional(),
  caught: caughtSchema.optional(),
})
export type ImageEnd = z.infer<typeof imageEndSchema>

export const reportInputSchema = z.object({
  run: runSchema,
  /** ARNs, for the links and the rerun command of the alert. */
  execution: z.string(),
  stateMachine: z.string(),
  items: pointerSchema,
  /** What the Map returned: where its manifest.json is. Of a run without images, which goes around the Map, empty. */
  map: z.object({ ResultWriterDetails: z.object({ Bucket: z.string(), Key: z.string() }).optional() }),
})
export type ReportInput = z.infer<typeof reportInputSchema>

export const countsSchema = z.strictObject({
  images: z.int(),
  pairs: z.int(),
  inSync: z.int(),
  synced: z.int(),
  deferred: z.int(),
  failed: z.int(),
  /** Dry runs only, as `missing`. */
  stale: z.int().optional(),
  missing: z.int().optional(),
})
export type Counts = z.infer<typeof countsSchema>

export const reportOutputSchema = z.strictObject({
  counts: countsSchema,
  report: pointerSchema,
  /** True when a pair failed: then `alert` is sent and the run fails. */
  failed: z.boolean(),
  alert: z.strictObject({ subject: z.string().max(100), message: z.string() }),
})
export type ReportOutput = z.infer<typeof reportOutputSchema>
