/**
 * Schema of what earlier runs learned about an image. With it, later runs need not read an unchanged manifest, which
 * would count as a pull, nor query its platforms every time.
 */
import * as z from 'zod'
import type { Digest } from '../../../registry/model/reference.ts'
import { digestSchema } from '../../contract.ts'
import { artifactSchema } from '../../documents.ts'
import { verifiedSchema } from '../../verify/verified.ts'

const entrySchema = z.strictObject({
  digest: z.custom<Digest>((value) => digestSchema.safeParse(value).success),
  mediaType: z.string(),
  size: z.int().min(0),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
})

/** What a target gets instead of a manifest of the source if only some platforms are wanted, or why it gets nothing. */
export const decisionSchema = z.union([
  z.strictObject({ digest: digestSchema, mediaType: z.string(), size: z.int().min(0) }),
  z.strictObject({ name: z.string(), message: z.string() }),
])
export type Decision = z.infer<typeof decisionSchema>

export const decisionsSchema = z.strictObject({
  /** The platforms and the form that these decisions are for (platforms/form.ts). */
  of: z.string(),
  /** By the digest at the source. */
  by: z.record(z.string(), decisionSchema),
  /** Replaced manifests whose artifacts, which stay behind, no run has reported yet. @default - none */
  unreported: z.array(digestSchema).optional(),
})
export type Decisions = z.infer<typeof decisionsSchema>

/** `artifacts/<repository>/<image>.json` */
export const rememberedSchema = z.strictObject({
  /** Digests of the last run's tags that the source confirmed to have. @default - none */
  digests: z.array(digestSchema).optional(),
  /** Entries of indexes, by digest: an image's platforms, or the referrers of a fallback tag. */
  indexes: z.record(z.string(), z.array(entrySchema).readonly()),
  /** The artifacts of a platform, and the time of the query. */
  platforms: z.record(
    z.string(),
    z.strictObject({ asked: z.iso.datetime(), artifacts: z.array(artifactSchema) }),
  ),
  /** Set if only some platforms are wanted. */
  decisions: decisionsSchema.optional(),
  /** Creation dates by digest; empty for images without one. Set with `by: date`. */
  dates: z.record(z.string(), z.string()).optional(),
  /** Immutable tags that need not be requested again, with their artifacts. @default - none */
  immutable: z
    .strictObject({
      tags: z.record(
        z.string(),
        z.strictObject({
          digest: digestSchema,
          mediaType: z.string(),
          size: z.int().min(0),
          /** The digest that a target gets instead, if only some platforms are wanted. */
          root: digestSchema.optional(),
        }),
      ),
      artifacts: z.array(artifactSchema),
    })
    .optional(),
  /** Results of checking signatures. @default - none */
  verified: verifiedSchema.optional(),
})
export type Remembered = z.infer<typeof rememberedSchema>
export type StoredEntry = z.infer<typeof entrySchema>

export const NOTHING_REMEMBERED: Remembered = { indexes: {}, platforms: {} }
