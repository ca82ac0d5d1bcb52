/** A rule of the list, ready to be compared with signatures. */
import type { Finding } from './finding.ts'
import type { Signature } from './read.ts'

/**
 * Compares one signature with the rule.
 * @param digest - of the image
 * @throws if the rule cannot be applied for now, because its key cannot be read
 */
export type Rule = (signature: Signature, digest: string) => Promise<Finding>
