/**
 * Schema of what earlier runs found about signatures. With it, an unchanged image is not read again, which would count
 * as a pull. It holds for the rules that it was found with: after a change of the rules, everything is checked again.
 */
import * as z from 'zod'
import { digestSchema } from '../contract.ts'

export const verifiedSchema = z.strictObject({
  /** The id of the verifier. */
  verifier: z.string(),
  /** Digests whose signature was valid. */
  digests: z.array(digestSchema),
  /** Digests without a valid signature, until they have other artifacts. */
  refused: z.record(
    z.string(),
    z.strictObject({
      /** The digests of what was compared. */
      candidates: z.string(),
      is: z.enum(['unsigned', 'invalid', 'unsupported']),
      reason: z.string(),
    }),
  ),
})
export type Verified = z.infer<typeof verifiedSchema>
