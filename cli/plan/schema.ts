/** The document of `plan --json`. text.ts renders it for people. */
import * as z from 'zod'
import { errorSchema } from '../../mirror/contract.ts'
import { failedTagSchema, keptTagSchema } from '../../mirror/documents.ts'
import { selectionSchema } from '../../mirror/resolve/select/stages.ts'

export type PlanFailure = z.infer<typeof errorSchema>

const plannedTagSchema = z.strictObject({
  /** @default - the list names a digest without a tag */
  tag: z.string().optional(),
  /** The digest that the target gets. */
  digest: z.string(),
})
export type PlannedTag = z.infer<typeof plannedTagSchema>

const targetPlanSchema = z.strictObject({
  /** The target's id. */
  target: z.string(),
  /** The name of the repository there. */
  repository: z.string(),
  /** `stale`: a run would copy something. `missing`: the same, and the target has none of the tags. */
  status: z.enum(['inSync', 'stale', 'missing', 'failed']),
  /** Whether a run would create the repository. */
  createsRepository: z.boolean(),
  /** The settings that the list gives a repository to create. @default - none, or nothing is created */
  settings: z.string().optional(),
  /** How the settings of an existing repository differ from the list. @default - they do not */
  differences: z.array(z.string()).optional(),
  /** The tags that a run would write. */
  tags: z.array(
    plannedTagSchema.extend({
      /** The digest that the tag has there now. @default - the tag is new */
      from: z.string().optional(),
    }),
  ),
  /** Tags that stay as they are because of `tags.missingOnly`, although the source has another digest. @default - none */
  kept: z.array(keptTagSchema).optional(),
  /** The digests of the signatures, SBOMs and other artifacts that a run would copy. */
  artifacts: z.array(z.string()),
  /**
   * Size of the content that the target lacks.
   * @unit bytes
   * @default - unknown, or `--no-bytes`
   */
  bytes: z.int().optional(),
  /** Why the pair would fail. @default - it would not */
  error: errorSchema.optional(),
})
export type TargetPlan = z.infer<typeof targetPlanSchema>

const imagePlanSchema = z.strictObject({
  /** The source as written in the list. */
  image: z.string(),
  /** The name of the repository at all targets. @default - the targets have different names */
  repository: z.string().optional(),
  /** How the tags were selected. @default - the list names the tags */
  selection: selectionSchema.optional(),
  /** The selected tags that the source delivers. */
  tags: z.array(plannedTagSchema),
  /** The selected tags that the source does not deliver. */
  failed: z.array(failedTagSchema),
  /** Number of signatures, SBOMs and other artifacts of the tags. */
  artifacts: z.int(),
  /** Findings that do not fail the image. */
  warnings: z.array(z.string()),
  /** Why the source failed, which fails all targets. @default - it did not */
  error: errorSchema.optional(),
  /** One for each target of the image. */
  targets: z.array(targetPlanSchema),
})
export type ImagePlan = z.infer<typeof imagePlanSchema>

export const planDocumentSchema = z.strictObject({
  /** The list, as it was given. */
  list: z.string(),
  /** In the order of the list. */
  images: z.array(imagePlanSchema),
  counts: z.strictObject({
    images: z.int(),
    pairs: z.int(),
    /** Pairs that are in sync. */
    inSync: z.int(),
    /** Pairs of which the target has some tags. */
    stale: z.int(),
    /** Pairs of which the target has no tag. */
    missing: z.int(),
    /** Pairs that would fail. */
    failed: z.int(),
    /** Tags that sources do not deliver. */
    failedTags: z.int(),
    /** The sum of the pairs whose size is known. @unit bytes */
    bytes: z.int(),
    /** Repositories that a run would create. */
    repositories: z.int(),
  }),
  /** Sentences about entries that have expired, or will soon. @default - none */
  notices: z.array(z.string()).optional(),
  /** What the plan asked of sources. */
  requests: z.strictObject({
    /** Number of requests. */
    requests: z.int(),
    /** Requests that registries such as Docker Hub count as pulls. */
    countedPulls: z.int(),
  }),
})
export type PlanDocument = z.infer<typeof planDocumentSchema>
export type PlanCounts = PlanDocument['counts']
