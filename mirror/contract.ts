/**
 * Schemas of all messages between the workflow's states. Read this first, and execution-input.ts, which starts a run;
 * error names are in error-name.ts.
 * States carry pointers into the work bucket, never bulk data, so no payload reaches the 256 KiB limit
 * (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
 */
import * as z from 'zod'
import { DIGEST, TAG } from '../registry/model/reference.ts'
import { ErrorName, MAX_RETRY_AFTER_SECONDS } from './error-name.ts'
import { imageSettingsSchema } from './list/config.ts'
import { S3_FORM } from './list/elsewhere/place.ts'
import { tagPatternSchema, tagsSchema } from './list/tags/schema.ts'
import { pairTimesSchema } from './pair-times.ts'
import { alertSchema } from './report/alert/message.ts'
import { targetIdSchema, targetSchema } from './target.ts'

/** Maximum number of wait-and-sync rounds for a rate-limited pair. */
export const MAX_DEFERRED_ROUNDS = 8

export const digestSchema = z.string().regex(DIGEST, 'must be sha256: and 64 hex digits, or sha512: and 128')
export const tagSchema = z.string().regex(TAG, 'must be a tag: 1 to 128 of A-Z a-z 0-9 _ . -')
export const s3UrlSchema = z.string().regex(/^s3:\/\/[a-z0-9.-]{3,63}\/.+$/, S3_FORM)

/** Points to bulk data in the work bucket. */
export const pointerSchema = z.strictObject({ bucket: z.string(), key: z.string(), count: z.int().min(0) })
export type Pointer = z.infer<typeof pointerSchema>

// ---- Plan

export const planInputSchema = z.strictObject({
  /** The execution's name (`$$.Execution.Name`): the key prefix of all documents of the run. */
  run: z.string().min(1),
  /** Its ARN (`$$.Execution.Id`). */
  execution: z.string().min(1),
  input: z.unknown(),
})
export type PlanInput = z.infer<typeof planInputSchema>

/**
 * The tags to mirror from a source: the list's `tags` with all defaults applied, or the tag and digest pinned by a
 * reference or a push.
 */
export const selectSchema = tagsSchema.extend({
  include: z.array(tagPatternSchema),
  exclude: z.array(tagPatternSchema),
  semver: z.array(z.string()).optional(),
  variant: z.array(z.string()).optional(),
  /** Tags at the targets for the one tag that is selected; `null` stands for that tag itself. @default - its tags */
  names: z.array(tagSchema.nullable()).optional(),
  /** Whether `digest` is an artifact's: what it describes is mirrored, with its artifacts. @default false */
  isArtifact: z.boolean().optional(),
  /** Set if the reference pins a digest. The digest is mirrored under the tag, if the reference has one. */
  digest: digestSchema.optional(),
  /**
   * What to do if the tag no longer has that digest. `skip` leaves it to the run of the newer push. `restore` copies
   * the digest again, because with several push regions one of our own copies may have moved the tag.
   * @default - mirrors the digest under the tag, with a warning
   */
  ifMoved: z.enum(['skip', 'restore']).optional(),
})
export type Select = z.infer<typeof selectSchema>

/** One image of the plan: an element of `runs/<run>/plan.json`, and the input of one child execution. */
export const imageItemSchema = z.strictObject({
  /** Unique in the run and safe in an S3 key: `00001-redis`. */
  id: z.string().regex(/^[a-zA-Z0-9._-]+$/),
  /** The source as written in the list. */
  image: z.string(),
  source: z.strictObject({ registry: z.string(), repository: z.string() }),
  select: selectSchema,
  /** The target repository, the same in every target. */
  repository: z.string(),
  /** Its settings from the list. */
  settings: imageSettingsSchema,
  /** Keeps tags that were pushed to the target after `than`, unless they point to one of the digests in `but`. */
  keepNewer: z.strictObject({ than: z.iso.datetime(), but: z.array(digestSchema) }).optional(),
  /** A target whose push was replaced by a concurrent push to another target. */
  conflict: z.strictObject({ target: targetIdSchema, message: z.string() }).optional(),
  waves: z.array(
    z.strictObject({
      targets: z.array(targetSchema).min(1),
      /** Targets of earlier waves, which may already hold the content. */
      readFrom: z.array(targetSchema),
    }),
  ),
})
export type ImageItem = z.infer<typeof imageItemSchema>

/** Identifies a run; carried through every state. */
export const runSchema = z.strictObject({
  name: z.string().min(1),
  dryRun: z.boolean(),
  /** Where Plan stored a custom list, which a rerun of failed pairs needs. */
  list: s3UrlSchema.optional(),
  /** Set if Plan stored notes on the list, for Report. */
  hasNotes: z.literal(true).optional(),
  /** The active run of the same schedule, because of which this run does nothing. */
  leftTo: z.string().optional(),
  /** Set if the run covers all images of this schedule, so that it can report their freshness. */
  schedule: z.string().optional(),
  /** Whether the run covers the whole deployed list. @default false */
  whole: z.boolean().optional(),
  /** Whether some images of the list could not be read, so that the run forgets none. @default false */
  partial: z.boolean().optional(),
  /** The deployed list's `alerts.repeat`. @default - that of the list's schema */
  repeat: z.string().optional(),
})
export type Run = z.infer<typeof runSchema>

export const planOutputSchema = z.strictObject({
  run: runSchema,
  /** The image items, a JSON array. */
  items: pointerSchema,
  /** Key prefix under which the Map writes its results. */
  resultsPrefix: z.string(),
  /** The repositories to prune. None if the list does not prune, or the run is only for a part of it. */
  prune: pointerSchema,
})
export type PlanOutput = z.infer<typeof planOutputSchema>

// ---- Resolve

/** The input of a child execution, made by the Map's item selector. */
export const resolveInputSchema = z.object({ run: runSchema, image: imageItemSchema })
export type ResolveInput = z.infer<typeof resolveInputSchema>

/** At `$.resolved`: points to the resolved document, and counts its tags. */
export type ResolveOutput = Pointer

// ---- Diff

/** The image without its waves. The state machine passes the whole item; the schema strips them. */
export const pairImageSchema = imageItemSchema.omit({ waves: true }).strip()
export type PairImage = z.infer<typeof pairImageSchema>

/** The state of one pair in the targets Map: Diff's input, and the base of its output. */
export const pairStateSchema = z.object({
  run: runSchema,
  image: pairImageSchema,
  resolved: pointerSchema,
  target: targetSchema,
  /** Targets that may already hold the content. */
  readFrom: z.array(targetSchema),
})
export type PairState = z.infer<typeof pairStateSchema>

export const errorSchema = z.strictObject({
  /** A constant, such as `SourceNotFound`. */
  name: z.string(),
  message: z.string(),
})

const compared = z.strictObject({ at: z.iso.datetime() })
/** Diff's output at `$.diff`: `at` is when it compared the target. A pair with missing content has a work order. */
export const diffOutputSchema = z.discriminatedUnion('status', [
  /** `warnings`: the number of artifacts that the source fails to list, or that the target refuses. */
  compared.extend({ status: z.literal('inSync'), warnings: z.int().min(1).optional() }),
  /** `missing` if the target has none of the tags. */
  compared.extend({ status: z.enum(['stale', 'missing']), order: pointerSchema }),
  /** A build cannot help: some tags failed in Resolve, and the target holds all others. */
  compared.extend({ status: z.literal('failed'), error: errorSchema, warnings: z.int().min(0) }),
])
export type DiffOutput = z.infer<typeof diffOutputSchema>

// ---- Sync

/** The outcome of one round of Sync. `failed` means permanent errors; a build that exits non-zero is retried. */
export const syncOutcomeSchema = z.strictObject({
  status: z.enum(['synced', 'deferred', 'failed']),
  retryAfterSeconds: z.int().min(1).max(MAX_RETRY_AFTER_SECONDS).optional(),
  bytes: z.int().min(0),
  seconds: z.number().min(0),
  blobs: z.strictObject({ copied: z.int(), mounted: z.int(), present: z.int() }),
  warnings: z.int().min(0),
  /** Number of tags that had another digest at the target. @default 0 */
  moved: z.int().min(0).optional(),
  /** @default - unknown */
  times: pairTimesSchema.optional(),
  /**
   * The error of tags that failed in a deferred job; it counts if no further round follows. `log` links to the build's
   * log if the result lacks the link.
   */
  error: errorSchema.extend({ log: z.string().optional() }).optional(),
})
export type SyncOutcome = z.infer<typeof syncOutcomeSchema>

const caughtSchema = z.object({ Error: z.string(), Cause: z.string().optional() })

/** The state of a pair after a round of Sync. The outcome read from it, a `SyncOutcome`, goes to `$.sync`. */
export const roundStateSchema = pairStateSchema.extend({
  diff: z.object({ order: pointerSchema }),
  rounds: z.object({
    /** Number of rounds before this one. */
    done: z.int().min(0),
    /** Why this round's build failed, if it did. */
    broken: caughtSchema.optional(),
  }),
})
export type RoundState = z.infer<typeof roundStateSchema>

// ---- Report

export const Outcome = z.enum(['synced', 'inSync', 'deferred', 'failed', 'stale', 'missing'])
/** How a pair ended. Only dry runs report `stale` (would be synced) and `missing` (and it has none of the tags). */
export type Outcome = z.infer<typeof Outcome>

/** The end of one pair's branch, built by the end states of the targets Map. */
export const pairEndSchema = z.object({
  target: targetIdSchema,
  outcome: Outcome.exclude(['failed', 'deferred']).optional(),
  /** When Diff compared the target, of a pair that got no build. */
  at: z.iso.datetime().optional(),
  /** Diff's, of a pair that got no build. */
  warnings: z.int().optional(),
  /** Diff's, of a pair that got no build. */
  error: errorSchema.optional(),
  sync: syncOutcomeSchema.optional(),
  caught: caughtSchema.optional(),
})
export type PairEnd = z.infer<typeof pairEndSchema>

/** The end of one child execution: an element of the Map's results. */
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
  /** The Map's output: the location of its manifest.json. Empty for a run without images, which skips the Map. */
  map: z.object({ ResultWriterDetails: z.object({ Bucket: z.string(), Key: z.string() }).optional() }),
})
export type ReportInput = z.infer<typeof reportInputSchema>

/**
 * Report's input if Plan failed: there are no pairs to report. The execution's input is not in it, because the two
 * together may exceed the limit.
 */
export const refusalInputSchema = z.object({
  /** The name of the run. */
  run: z.string(),
  execution: z.string(),
  stateMachine: z.string(),
  /** The error of Plan. */
  caught: caughtSchema,
  /** The deployed list's `alerts.repeat`. @default - that of the list's schema */
  repeat: z.string().optional(),
})
export type RefusalInput = z.infer<typeof refusalInputSchema>

export const countsSchema = z.strictObject({
  images: z.int(),
  pairs: z.int(),
  /** Pairs to which nothing was copied, because they were in sync. */
  inSync: z.int(),
  /** Pairs to which something was copied, and which are in sync now. */
  synced: z.int(),
  /** Pairs that wait for a rate limit. */
  deferred: z.int(),
  /** Pairs that failed. */
  failed: z.int(),
  /** Pairs that would be synced. @default - not a dry run, or none */
  stale: z.int().optional(),
  /** Pairs that would be synced, and whose target has none of the tags. @default - not a dry run, or none */
  missing: z.int().optional(),
})
export type Counts = z.infer<typeof countsSchema>

export const reportOutputSchema = z.strictObject({
  counts: countsSchema,
  report: pointerSchema,
  /** True if a pair failed: the run then fails, whether or not there is an alert. */
  failed: z.boolean(),
  /** The outcome in a line, for the execution's cause. */
  cause: z.string(),
  /** The message to send. @default - there is nothing to tell */
  alert: alertSchema.optional(),
})
export type ReportOutput = z.infer<typeof reportOutputSchema>

export const refusalOutputSchema = z.strictObject({
  /** How the run ends. */
  refused: z.enum([ErrorName.PlanRefused, ErrorName.PlanFailed]),
  cause: z.string(),
  /** The message to send. @default - it was sent before, and is not due */
  alert: alertSchema.optional(),
})
export type RefusalOutput = z.infer<typeof refusalOutputSchema>
