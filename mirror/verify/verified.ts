/**
 * Schema of the results of checking signatures. With it, later runs need not read an unchanged image's signatures, which
 * would count as pulls. Results apply only to the rules that they were found with.
 */
import * as z from 'zod'
import { digestSchema } from '../contract.ts'

export const verifiedSchema = z.strictObject({
  /** The id of the verifier, which identifies the rules. */
  verifier: z.string(),
  /** Digests with a valid signature. */
  digests: z.array(digestSchema),
  /** Digests without a valid signature. They are checked again once they have other artifacts. */
  refused: z.record(
    z.string(),
    z.strictObject({
      /** The digests of the artifacts that were checked. */
      candidates: z.string(),
      is: z.enum(['unsigned', 'invalid', 'unsupported']),
      reason: z.string(),
    }),
  ),
})
export type Verified = z.infer<typeof verifiedSchema>
