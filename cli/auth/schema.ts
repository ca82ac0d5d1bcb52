/** The document of `auth --json`, without secrets. text.ts renders it for people. */
import * as z from 'zod'
import { errorSchema } from '../../mirror/contract.ts'

const failureSchema = z.strictObject({ repository: z.string(), ...errorSchema.shape })
export type AuthFailure = z.infer<typeof failureSchema>

const checkSchema = z.strictObject({
  /** The host of a source, or the id of a target. */
  registry: z.string(),
  /** Whether the list reads from it or writes to it. */
  role: z.enum(['source', 'target']),
  /** What uses the credentials: commands on this machine, runs of the deployed mirror, or both. */
  usedIn: z.enum(['commands', 'runs', 'both']),
  /** Their kind and origin in words. */
  credentials: z.string(),
  /** `unchecked`: this machine cannot read them; runs may be able to. */
  status: z.enum(['works', 'failed', 'unchecked']),
  /** The repositories that the credentials were tried on. */
  repositories: z.array(z.string()),
  /** One for each repository that failed. */
  failures: z.array(failureSchema),
})
export type AuthCheck = z.infer<typeof checkSchema>

export const authDocumentSchema = z.strictObject({
  /** The list, as it was given. */
  list: z.string(),
  /** One for each registry and set of credentials. */
  checks: z.array(checkSchema),
})
export type AuthDocument = z.infer<typeof authDocumentSchema>
