/** Resolve: asks an image's source which tags match and which digest each has. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { type ResolveInput, type ResolveOutput, resolveInputSchema } from '../mirror/contract.ts'
import { type Resolved, type ResolvedTag, resolvingSchema } from '../mirror/documents.ts'
import { resolveEnvSchema } from '../mirror/environment.ts'
import { ErrorName } from '../mirror/error-name.ts'
import { describeFailure } from '../mirror/failure.ts'
import { rememberedKey, resolvedKey, resolvingKey, stateKey } from '../mirror/keys.ts'
import { pruneRulesOf } from '../mirror/list/time/prune.ts'
import { NOTHING_REMEMBERED, type Remembered, rememberedSchema } from '../mirror/resolve/memory/remembered.ts'
import { resolveImage } from '../mirror/resolve/resolve.ts'
import { withSelection } from '../mirror/resolve/select/describe.ts'
import { type StateRecord, stateRecordSchema } from '../mirror/state/record.ts'
import { repositoryAt, requireNames } from '../mirror/target.ts'
import { readCredentials } from '../registry/credentials/secret.ts'
import { boundMemory } from '../registry/memory.ts'
import type { Credentials, Registries } from '../registry/model/registry.ts'
import { createRegistries } from '../registry/open.ts'
import { verifierOf } from '../signatures/open.ts'
import { openWorkBucket, type WorkBucket } from '../store/work-bucket.ts'
import { writeChanges } from '../store/write-changes.ts'
import { beforeTimeout, checkedInput, createLogger, shortErrors } from './middleware.ts'
import { RETRY_POLICY } from './retry-policy.ts'

export interface ResolveDependencies {
  readonly store: WorkBucket
  readonly registries: Pick<Registries, 'open'>
  readonly readCredentials: (secret: string) => Promise<Credentials>
  /** Receives the result, for the log. */
  readonly onResolved?: (resolved: Resolved) => void
  /** Receives the number of tags listed so far, for the log. */
  readonly onListed?: (listed: number) => void
}

export async function resolve(
  { run, image }: ResolveInput,
  { store, registries, readCredentials, onResolved, onListed }: ResolveDependencies,
  signal?: AbortSignal,
): Promise<ResolveOutput> {
  requireNames(
    image.waves.flatMap(({ targets }) => targets),
    image.repository,
  )
  const { credentials: secret } = image.settings
  const credentials = secret === undefined ? undefined : await readCredentials(secret)
  const source = await registries.open(image.source, credentials)
  const verifier = await verifierOf(source, image.settings)
  const mirrored = await mirroredBefore(image, run, store)
  const key = rememberedKey(image)
  const remembered = await recall(store, key)
  const resolved = await resuming(store, resolvingKey(run.name, image.id), (known) =>
    resolveImage(source, image, {
      known,
      mirrored,
      remembered,
      onListed,
      verifier,
      remember: writeChanges(remembered, (next) => store.writeJson(key, next)),
      signal,
    }),
  )
  const explained = run.dryRun ? withSelection(resolved, source.name) : resolved
  onResolved?.(explained)
  return store.writeJson(resolvedKey(run.name, image.id), explained, resolved.tags.length)
}

/** The tags that runs have mirrored to these repositories. Undefined if the image is not pruned. */
async function mirroredBefore(
  { repository, settings, waves }: ResolveInput['image'],
  { list }: ResolveInput['run'],
  store: WorkBucket,
): Promise<string[] | undefined> {
  if (list !== undefined || pruneRulesOf(settings.prune) === undefined) return undefined
  const names = new Set(
    waves.flatMap(({ targets }) => targets.map((target) => repositoryAt(target, repository))),
  )
  const records = await Promise.all([...names].map((name) => readState(store, name)))
  const tags = records.flatMap((record) =>
    Object.values(record?.targets ?? {}).flatMap((target) => Object.entries(target.tags)),
  )
  return [...new Set(tags.flatMap(([tag, { written }]) => (written ? [tag] : [])))]
}

/** Without a readable record, nothing is pruned. */
async function readState(store: WorkBucket, repository: string): Promise<StateRecord | undefined> {
  try {
    return await store.findJson(stateKey(repository), stateRecordSchema)
  } catch {
    return undefined
  }
}

/** Stores the tags that a rate-limited try has resolved, so that the next try requests only the others. */
async function resuming<T>(
  store: WorkBucket,
  key: string,
  work: (known: ResolvedTag[]) => Promise<T>,
): Promise<T> {
  const known = (await store.findJson(key, resolvingSchema))?.tags ?? []
  const before = known.length
  try {
    return await work(known)
  } catch (error) {
    const limited = describeFailure(error).name === ErrorName.RateLimited
    if (limited && known.length > before) await store.writeJson(key, { tags: known }, known.length)
    throw error
  }
}

/** An unreadable cache entry is rebuilt. */
async function recall(store: WorkBucket, key: string): Promise<Remembered> {
  return (await store.findJson(key, rememberedSchema.catch(NOTHING_REMEMBERED))) ?? NOTHING_REMEMBERED
}

/** Most repositories have fewer tags, and need no line in the log. */
const TAGS_PER_LINE = 10_000

boundMemory()
const env = resolveEnvSchema.parse(process.env)
const logger = createLogger()
const dependencies: ResolveDependencies = {
  store: openWorkBucket(env.WORK_BUCKET),
  registries: createRegistries({ retry: RETRY_POLICY }),
  readCredentials,
  onListed: (listed) => {
    if (listed % TAGS_PER_LINE === 0) logger.info('listing tags', { listed })
  },
  onResolved: ({ tags, artifacts, failed, warnings, rateLimit }) => {
    const counts = { tags: tags.length, artifacts: artifacts.length }
    logger.info('resolved', { ...counts, failed, warnings, rateLimit })
  },
}

export const handler = middy(
  (input: ResolveInput, _context: Context, { signal }: { signal: AbortSignal }) =>
    resolve(input, dependencies, signal),
  beforeTimeout,
)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(checkedInput(resolveInputSchema, logger, keysOf))
  .use(shortErrors(logger))

function keysOf({ run, image }: ResolveInput): Record<string, string> {
  return { run: run.name, id: image.id, image: image.image }
}
