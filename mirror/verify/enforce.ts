/** Applies the list's `verify` to the tags of an image. */

import type { ResolvedTag } from '../documents.ts'
import type { ImageSettings } from '../list/config.ts'
import { rulesOf } from '../list/proof/verify-rules.ts'
import type { Verifier } from './verifier.ts'
import { type VerifiedTags, type VerifyOptions, verifyTags } from './verify-tags.ts'

interface EnforceOptions extends Omit<VerifyOptions, 'verifier'> {
  /** Required if the settings have `verify`. */
  readonly verifier: Verifier | undefined
}

/** Returns all tags if nothing is to be verified. */
export async function enforce(
  { verify }: Pick<Partial<ImageSettings>, 'verify'>,
  tags: readonly ResolvedTag[],
  { verifier, ...options }: EnforceOptions,
): Promise<VerifiedTags> {
  if (rulesOf(verify).length === 0) return { tags, failed: [] }
  if (verifier === undefined) {
    throw new Error('"verify" is set, but no verifier was given')
  }
  return verifyTags(tags, { ...options, verifier })
}
