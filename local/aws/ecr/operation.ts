/** The context of ECR API operations, input validation and pagination. */
import { z } from 'zod'
import { AwsError } from '../aws-json.ts'
import type { Call } from '../call.ts'
import { invalidParameter, type messages, REPOSITORY_NAME } from './messages.ts'
import type { RepositorySettings, ServedRegion } from './region.ts'
import type { Issuer } from './tokens.ts'

export interface Context {
  readonly region: ServedRegion
  readonly accessKeyId: string
  readonly tokens: Issuer
  readonly say: ReturnType<typeof messages>
  /** Records a call that ECR makes on behalf of the caller. */
  record(call: Call): void
}

export type Operation = (input: unknown, context: Context) => Promise<object>

/** @throws {AwsError} InvalidParameterException with the first invalid parameter */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  run: (input: z.output<Schema>, context: Context) => Promise<object>,
): Operation {
  return async (input, context) => {
    const parsed = schema.safeParse(input)
    if (parsed.success) return run(parsed.data, context)
    const issue = parsed.error.issues[0]
    throw invalid(String(issue?.path[0] ?? 'input'), issue?.message ?? 'must be valid')
  }
}

export const repositoryName = z
  .string()
  .min(2)
  .max(256)
  .regex(new RegExp(`^${REPOSITORY_NAME}$`), `must satisfy regular expression '${REPOSITORY_NAME}'`)

/** Input with the name of an existing repository. */
export const inRepository = { repositoryName }

export const imageId = z.object({ imageDigest: z.string().optional(), imageTag: z.string().optional() })
export const imageIds = z.array(imageId).min(1).max(100)

export const paging = {
  maxResults: z.int().min(1).max(1000).optional(),
  nextToken: z.string().optional(),
}

export interface Paging {
  readonly maxResults?: number | undefined
  readonly nextToken?: string | undefined
}

/** Returns one page of items sorted by key; 100 items by default. */
export function pageOf<T>(items: readonly T[], keyOf: (item: T) => string, paging: Paging) {
  const after = paging.nextToken === undefined ? '' : keyIn(paging.nextToken)
  const rest = items.filter((item) => keyOf(item) > after)
  const page = rest.slice(0, paging.maxResults ?? 100)
  const last = page.at(-1)
  const more = last !== undefined && page.length < rest.length
  return { page, ...(more ? { nextToken: Buffer.from(`key:${keyOf(last)}`).toString('base64') } : {}) }
}

function keyIn(token: string): string {
  const [, key] = /^key:(.+)$/s.exec(Buffer.from(token, 'base64').toString()) ?? []
  if (key === undefined) throw invalid('nextToken', 'must be one that was returned before')
  return key
}

export function invalid(parameter: string, constraint: string): AwsError {
  return new AwsError('InvalidParameterException', invalidParameter(parameter, constraint))
}

/** @throws {AwsError} RepositoryNotFoundException */
export async function requireSettings({ region, say }: Context, repository: string) {
  const settings = await region.settingsOf(repository)
  if (settings) return settings
  throw new AwsError('RepositoryNotFoundException', say.repositoryNotFound(repository))
}

export async function changeSettings(
  context: Context,
  repository: string,
  changed: Partial<RepositorySettings>,
): Promise<void> {
  const { store } = context.region
  await store.exclusively(repository, async () => {
    const settings = await requireSettings(context, repository)
    await store.repositories.configure(repository, { ...settings, ...changed })
  })
}

/** Converts to seconds since 1970, as AWS reports times. */
export function seconds(iso: string): number {
  return Date.parse(iso) / 1000
}
