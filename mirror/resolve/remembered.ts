/**
 * What earlier runs found out about an image's digests and indexes: kept from run to run, so that an unchanged index is not read
 * again, which would count as a pull, and its platforms are not asked about in every run.
 */
import * as z from 'zod'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { digestSchema } from '../contract.ts'
import { artifactSchema } from '../documents.ts'

const entrySchema = z.strictObject({
  digest: z.custom<Digest>((value) => digestSchema.safeParse(value).success),
  mediaType: z.string(),
  size: z.int().min(0),
  artifactType: z.string().optional(),
})

/** `artifacts/<repository>/<image>.json` */
export const rememberedSchema = z.strictObject({
  /** What the tags led to: digests that the source did have. @default - none are known */
  digests: z.array(digestSchema).optional(),
  /** What an index lists, by its digest: an image's platforms, or the referrers behind a fallback tag. */
  indexes: z.record(z.string(), z.array(entrySchema).readonly()),
  /** The artifacts of a platform, and when it was asked about. */
  platforms: z.record(
    z.string(),
    z.strictObject({ asked: z.iso.datetime(), artifacts: z.array(artifactSchema) }),
  ),
})
export type Remembered = z.infer<typeof rememberedSchema>
export type StoredEntry = z.infer<typeof entrySchema>

export type IndexEntry = Pick<Descriptor, 'digest' | 'mediaType' | 'size' | 'artifactType'>

/** What is kept of an entry: its annotations can be megabytes. */
export function entryOf({ digest, mediaType, size, artifactType }: StoredEntry): IndexEntry {
  return { digest, mediaType, size, ...(artifactType === undefined ? {} : { artifactType }) }
}

export const NOTHING_REMEMBERED: Remembered = { indexes: {}, platforms: {} }
