/** Schema of the list's `verify`: the signature that an image must have. check-proof.ts checks what a schema cannot. */
import * as z from 'zod'

export const verifyRuleSchema = z
  .strictObject({
    key: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The public key that signs the image: PEM text, the path of a PEM file relative to the list, or `awskms:///` and the ARN of a KMS key. Default: `identity` and `issuer` instead.',
      ),
    identity: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe(
        'Keyless signatures: the identity in the certificate, as exact text, or as a regular expression between slashes (RE2 syntax) that matches all of it. Default: `key` instead.',
      ),
    issuer: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe(
        'Keyless signatures: the issuer of the identity, as exact text (`https://token.actions.githubusercontent.com`). Default: `key` instead.',
      ),
    trustRoot: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Keyless signatures of your own Sigstore instance: its trusted root as JSON text, or the path of such a file relative to the list. Default: Sigstore's public instance.",
      ),
  })
  .meta({ id: 'VerifyRule' })
export type VerifyRule = z.infer<typeof verifyRuleSchema>

/** Turns off the default rules for an image. */
export const NO_VERIFY = 'none'

export const verifySchema = z
  .union([
    verifyRuleSchema,
    z.array(verifyRuleSchema).min(1).max(20),
    z.literal(NO_VERIFY, {
      error: 'must be a mapping with "key", or with "identity" and "issuer"; a list of such; or none',
    }),
  ])
  .meta({ id: 'Verify', description: 'A rule, a list of rules of which one must match, or `none`.' })
export type Verify = z.infer<typeof verifySchema>

/** The rules, of which one must match. Empty if nothing is verified. */
export function rulesOf(verify: Verify | undefined): readonly VerifyRule[] {
  if (verify === undefined || verify === NO_VERIFY) return []
  return Array.isArray(verify) ? verify : [verify]
}
