/**
 * Parses the Map's results in S3. A succeeded child execution is its output; one that failed, timed out or never
 * started is written with its metadata, whatever the transformation.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
import * as z from 'zod'
import { parseJson } from '../../registry/model/json.ts'
import { type ImageEnd, imageEndSchema } from '../contract.ts'
import { ErrorName } from '../error-name.ts'

const fileSchema = z.object({ Key: z.string(), Size: z.number().optional() })
const filesSchema = z.array(fileSchema).default([])

/** `<prefix>/<map run>/manifest.json` */
export const manifestSchema = z.object({
  DestinationBucket: z.string(),
  ResultFiles: z.object({ SUCCEEDED: filesSchema, FAILED: filesSchema, PENDING: filesSchema }),
})

const metadataSchema = z.object({
  /** The child's input, as JSON text. */
  Input: z.string(),
  Status: z.string().optional(),
  Error: z.string().optional(),
  Cause: z.string().optional(),
})
const childInputSchema = z.object({ image: z.object({ id: z.string() }) })

/** Returns the end of a succeeded child execution; undefined if the result has another shape. */
export function endOfSucceeded(result: unknown): ImageEnd | undefined {
  return imageEndSchema.safeParse(result).data
}

/** Returns the end of any other child execution. Its error applies to all of its pairs. */
export function endOfUnfinished(result: unknown): ImageEnd | undefined {
  const metadata = metadataSchema.safeParse(result).data
  const input = childInputSchema.safeParse(parseJson(metadata?.Input ?? '')).data
  if (metadata === undefined || input === undefined) return undefined
  const { Status = 'FAILED', Error: name = ErrorName.OutcomeMissing, Cause } = metadata
  return {
    id: input.image.id,
    caught: { Error: name, Cause: Cause ?? `its child execution ended ${Status}` },
  }
}
