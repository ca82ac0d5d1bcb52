/** Environment variables of the functions and of the build. */
import * as z from 'zod'
import { s3UrlSchema } from './contract.ts'

const bucket = z.string().min(3)
export const planEnvSchema = z.object({
  WORK_BUCKET: bucket,
  /** The configured list, as JSON in S3. */
  LIST_URL: s3UrlSchema,
})
export type PlanEnv = z.infer<typeof planEnvSchema>
export const resolveEnvSchema = z.object({ WORK_BUCKET: bucket })
export type ResolveEnv = z.infer<typeof resolveEnvSchema>
export const diffEnvSchema = z.object({ WORK_BUCKET: bucket })
export type DiffEnv = z.infer<typeof diffEnvSchema>
export const outcomeEnvSchema = z.object({ WORK_BUCKET: bucket })
export type OutcomeEnv = z.infer<typeof outcomeEnvSchema>
export const pruneEnvSchema = z.object({ WORK_BUCKET: bucket })
export type PruneEnv = z.infer<typeof pruneEnvSchema>
export const reportEnvSchema = z.object({
  WORK_BUCKET: bucket,
  /** The name of the mirror, for people. */
  MIRROR_NAME: z.string().min(1),
  /** Whether each target has metrics of its own. */
  METRICS_BY_TARGET: z.enum(['true', 'false']).default('false'),
})
export type ReportEnv = z.infer<typeof reportEnvSchema>
/** ORDER_KEY and ROUND are set per build, the others in the project. */
export const syncEnvSchema = z.object({
  WORK_BUCKET: bucket,
  ORDER_KEY: z.string().min(1),
  /** Number of rounds of the pair before this one. @default 0 */
  ROUND: z.coerce.number().int().min(0).optional(),
  /** Time limit of a build, which ends itself shortly before. @default - none */
  TIME_LIMIT_SECONDS: z.coerce.number().int().positive().optional(),
  /** Number of builds of one run that may write to a region at the same time. @default 1 */
  WRITERS_PER_REGION: z.coerce.number().int().positive().optional(),
})
export type SyncEnv = z.infer<typeof syncEnvSchema>
