/**
 * Schemas of a run's documents in the work bucket, under `runs/<run>/`: resolved images, work orders, results and the
 * report. Messages between states are in contract.ts.
 */
import * as z from 'zod'
import {
  countsSchema,
  digestSchema,
  errorSchema,
  imageItemSchema,
  Outcome,
  syncOutcomeSchema,
  tagSchema,
} from './contract.ts'
import { imageSettingsSchema } from './list/config.ts'
import { regionSchema } from './list/region-schema.ts'
import { pairTimesSchema } from './pair-times.ts'
import { prunedTagSchema } from './prune/documents.ts'
import { selectionSchema } from './resolve/select/stages.ts'
import { targetIdSchema, targetSchema } from './target.ts'

/** The old image of a tag, which the target keeps under a name of its own. */
const backedUpSchema = z.strictObject({
  /** The tag that keeps it. */
  name: tagSchema,
  digest: digestSchema,
})

/** `runs/<run>/plan.json`: the items of the Map. */
export const planSchema = z.array(imageItemSchema)

/** A signature, SBOM or other artifact of an image, mirrored with it. */
export const artifactSchema = z.strictObject({
  digest: digestSchema,
  mediaType: z.string(),
  size: z.int().min(0),
  artifactType: z.string().optional(),
  /** Predicate type of its statement, if listed. In a bundle, it distinguishes a signature from an attestation. */
  predicateType: z.string().optional(),
  /** The digest that it describes. */
  subject: digestSchema,
  /** Set for cosign's tag scheme (`sha256-<hex>.sig`): its tag at the source. */
  tag: tagSchema.optional(),
  /** The index that lists its subject, if only the index has a tag. */
  index: digestSchema.optional(),
})
export type Artifact = z.infer<typeof artifactSchema>

/** One tag as the targets are to have it, with its manifest. Without a tag if the list pins only a digest. */
export const resolvedTagSchema = z.strictObject({
  tag: tagSchema.optional(),
  digest: digestSchema,
  mediaType: z.string(),
  size: z.int().min(0),
  /** The manifest in Base64, if Resolve read it; saves another pull. */
  data: z.string().optional(),
  /**
   * The digest of the tag at the source, if only some platforms are wanted and `digest` is therefore another one: that
   * of an index that Resolve made, or of the one platform's manifest.
   */
  origin: digestSchema.optional(),
  /** The source's tag, if the list gives it another one at the targets. @default - `tag` */
  sourceTag: tagSchema.optional(),
  /** The list or a push pins the digest, even if the source's tag has moved. @default false */
  pinned: z.boolean().optional(),
})
export type ResolvedTag = z.infer<typeof resolvedTagSchema>

/** A tag or digest that cannot be mirrored, with the reason. The image's other tags are not affected. */
export const failedTagSchema = z.strictObject({
  /** @default - the list names a digest without a tag */
  tag: tagSchema.optional(),
  /** @default - the source did not report it */
  digest: digestSchema.optional(),
  ...errorSchema.shape,
})
export type FailedTag = z.infer<typeof failedTagSchema>

/** `runs/<run>/images/<id>/resolved.json` */
export const resolvedSchema = z.strictObject({
  image: z.string(),
  tags: z.array(resolvedTagSchema),
  /** Tags that the source cannot deliver. @default - none */
  failed: z.array(failedTagSchema).optional(),
  artifacts: z.array(artifactSchema),
  /** Findings that do not fail the image. @default - none */
  warnings: z.array(z.string()).optional(),
  /** What a dry run says about the selection. @default - none */
  notes: z.array(z.string()).optional(),
  /** What each stage of the selection dropped. @default - the source was not asked for its tags */
  selection: selectionSchema.optional(),
  /**
   * Tags mirrored before that are not selected any more. Those that the source gave no clear answer for are left out.
   * @default - the image is not pruned, or the source's list of tags cannot be trusted
   */
  unwanted: z.array(z.strictObject({ tag: tagSchema, reason: z.enum(['gone', 'unselected']) })).optional(),
  rateLimit: z
    .strictObject({
      limit: z.number().optional(),
      remaining: z.number().optional(),
      windowSeconds: z.number().optional(),
    })
    .optional(),
})
export type Resolved = z.infer<typeof resolvedSchema>

/** `runs/<run>/images/<id>/resolving.json`: the tags that Resolve had when its source rate-limited it. */
export const resolvingSchema = z.strictObject({ tags: z.array(resolvedTagSchema) })

/** A tag that the target keeps although the source has another digest. */
export const keptTagSchema = z.strictObject({
  tag: tagSchema,
  /** The target's digest. */
  digest: digestSchema,
  /** The source's digest. */
  source: digestSchema,
})
export type KeptTag = z.infer<typeof keptTagSchema>

/** `runs/<run>/images/<id>/<target>/kept.json` */
export const keptSchema = z.array(keptTagSchema)

/** `runs/<run>/images/<id>/<target>/warnings.json` */
export const warningsSchema = z.array(z.string())

/** A repository that may hold the content: in another target, or the source. */
export const placeSchema = z.union([
  z.strictObject({ target: targetSchema, repository: z.string() }),
  z.strictObject({ registry: z.string(), repository: z.string(), credentials: z.string().optional() }),
])
export type Place = z.infer<typeof placeSchema>

/** `runs/<run>/images/<id>/<target>/order.json`: what Sync must copy to one target. */
export const workOrderSchema = z.strictObject({
  run: z.string(),
  image: z.string(),
  target: targetSchema,
  /** The target repository. */
  repository: z.string(),
  /** The image's settings from the list. */
  settings: imageSettingsSchema,
  tags: z.array(resolvedTagSchema),
  artifacts: z.array(artifactSchema),
  /** Warnings about the image, the same for every target. @default - none */
  warnings: z.array(z.string()).optional(),
  /** Tags that failed in Resolve; because of them the job ends as failed. @default - none */
  failed: z.array(failedTagSchema).optional(),
  /**
   * Number of all tags of the image: those in `tags`, those that the target already holds, and those that failed.
   * @default - the number of `tags`
   */
  wanted: z.int().min(1).optional(),
  /** Tag -> its digest at the target, of `tags` that have another one there. @default - none */
  before: z.record(tagSchema, digestSchema).optional(),
  /** When Diff found the target stale. @default - unknown */
  ordered: z.iso.datetime().optional(),
  /** Where to read from, nearest first. */
  readFrom: z.array(placeSchema).min(1),
})
export type WorkOrder = z.infer<typeof workOrderSchema>

/** `runs/<run>/images/<id>/<target>/result.json`: the outcome of each tag in the order. */
export const syncResultSchema = z.strictObject({
  outcome: syncOutcomeSchema,
  /** The round of the build, which distinguishes its result from those of earlier rounds. */
  round: z.int().min(0).optional(),
  /** Link to the build's log, for alerts. */
  log: z.string().optional(),
  tags: z.array(
    z.strictObject({
      tag: tagSchema.optional(),
      /** Undefined for a tag that failed in Resolve. */
      digest: digestSchema.optional(),
      status: z.enum(['copied', 'present', 'failed', 'deferred']),
      /** The reason for `failed` or `deferred`. */
      error: errorSchema.optional(),
      bytes: z.int(),
      seconds: z.number(),
      /** Undefined unless the copy completed. */
      blobs: z.strictObject({ copied: z.int(), mounted: z.int(), present: z.int() }).optional(),
      backup: backedUpSchema.optional(),
    }),
  ),
  /** Tag -> the digest that it had at the target, of tags that moved. @default - none */
  before: z.record(tagSchema, digestSchema).optional(),
  warnings: z.array(z.string()),
  requests: z.record(z.string(), z.int()),
})
export type SyncResult = z.infer<typeof syncResultSchema>

/** `runs/<run>/list-notes.json`: what Plan found in the places that a list names, and what it could not find. */
export const listNotesSchema = z.strictObject({
  /** Pieces of the list that were read. @default - the list names no places */
  pieces: z
    .array(
      z.strictObject({
        /** The place, such as `s3://lists/images.yaml`. */
        name: z.string(),
        /** The version that was read. @default - the place has no versions */
        version: z.string().optional(),
        images: z.int().min(0),
      }),
    )
    .optional(),
  /** Set if a place is broken, and the pieces are those of an earlier run. @default - no place is broken */
  broken: z
    .strictObject({
      /** What is wrong, and what to do. */
      problem: z.string(),
      /** When a run first found it broken. */
      since: z.iso.datetime(),
    })
    .optional(),
  /** Sources that are not mirrored because they could not be listed, with reasons. @default - none */
  unlisted: z.array(z.string()).optional(),
})
export type ListNotes = z.infer<typeof listNotesSchema>

export const pairReportSchema = z.strictObject({
  /** The source as written in the list. */
  image: z.string(),
  /** The target's id. */
  target: targetIdSchema,
  /** The same as the target's id. @default - the target is not a region of this account */
  region: regionSchema.optional(),
  /** The name of the repository at the target. */
  repository: z.string(),
  /** Only dry runs have `stale` (would be synced) and `missing` (would be synced, and the target has none of the tags). */
  outcome: Outcome,
  /** What the target holds or, in a dry run, would hold. */
  tags: z.array(
    z.strictObject({
      /** @default - the list names a digest without a tag */
      tag: tagSchema.optional(),
      digest: digestSchema,
      /** The digest at the source, if `platforms` makes it another one. @default - it is the same */
      origin: digestSchema.optional(),
      /** The digest that the tag had at the target before this run. @default - the tag is new, or did not move */
      was: digestSchema.optional(),
      /** This run wrote it. @default - the target had it */
      written: z.literal(true).optional(),
      /** The old image of the tag, which the target keeps. @default - none */
      backup: backedUpSchema.optional(),
    }),
  ),
  /** Tags that cannot be mirrored, with reasons. @default - none */
  failedTags: z.array(failedTagSchema).optional(),
  /** Tags that wait for a rate limit. @default - none */
  deferredTags: z.array(failedTagSchema).optional(),
  /** Content that was sent to the target. @unit bytes */
  bytes: z.int(),
  /** Duration of the copy. @unit seconds */
  seconds: z.number(),
  /** When Diff compared the target. @default - unknown */
  at: z.iso.datetime().optional(),
  /** Of a pair with a build. @default - unknown */
  times: pairTimesSchema.optional(),
  /** Why the pair failed, or was deferred. @default - it was not */
  error: errorSchema
    .extend({
      /** Link to the log of the build. @default - the pair had no build */
      log: z.string().optional(),
    })
    .optional(),
  /** Findings that do not fail the pair, such as artifacts that the target refuses. @default - none */
  warnings: z.array(z.string()).optional(),
  /** What a dry run says about the selection of tags. @default - none */
  notes: z.array(z.string()).optional(),
})
export type PairReport = z.infer<typeof pairReportSchema>

/** `runs/<run>/report.json` */
export const reportSchema = z.strictObject({
  /** The name of the run. */
  run: z.string(),
  /** What the run read in the places that its list names. @default - it names none */
  list: listNotesSchema.optional(),
  counts: countsSchema,
  /** One for each image and target. */
  pairs: z.array(pairReportSchema),
  /** Entries of the list that have expired, or will soon, and tags that targets have lost. @default - none */
  notices: z.array(z.string()).optional(),
  /** Tags that neither the list nor the source wants: deleted, or why not. @default - none */
  pruned: z.array(prunedTagSchema).optional(),
})
export type Report = z.infer<typeof reportSchema>
