/** Diff: compares the resolved digests with a target, and writes a work order for what is missing. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import pMap from 'p-map'
import { type DiffOutput, type PairState, pairStateSchema } from '../mirror/contract.ts'
import { comparePair } from '../mirror/diff/compare-pair.ts'
import { type Refusal, refusalSchema } from '../mirror/diff/refusals.ts'
import { type Artifact, resolvedSchema } from '../mirror/documents.ts'
import { diffEnvSchema } from '../mirror/environment.ts'
import { keptKey, orderKey, refusalKey, warningsKey } from '../mirror/keys.ts'
import { openTarget, type TargetAccess } from '../mirror/target.ts'
import { readCredentials } from '../registry/credentials/secret.ts'
import { createRegistries } from '../registry/open.ts'
import { openWorkBucket, type WorkBucket } from '../store/work-bucket.ts'
import { keysOfPair } from './log-keys.ts'
import { beforeTimeout, checkedInput, createLogger, shortErrors } from './middleware.ts'
import { RETRY_POLICY } from './retry-policy.ts'

export interface DiffDependencies {
  readonly store: WorkBucket
  readonly registries: TargetAccess['registries']
  readonly readCredentials: TargetAccess['readCredentials']
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Documents read at a time. */
const PARALLEL_READS = 16

export async function diff(
  pair: PairState,
  { store, now, ...access }: DiffDependencies,
  signal?: AbortSignal,
): Promise<DiffOutput> {
  const { run, image, target } = pair
  const resolved = await store.readJson(pair.resolved.key, resolvedSchema)
  const repository = await openTarget(target, image.repository, access)
  const compared = await comparePair(pair, resolved, repository, {
    findRefusals: (artifacts) => refusalsOf(artifacts, pair, store),
    now: now(),
    signal,
  })
  const { kept } = compared
  const at = new Date(now()).toISOString()
  if (kept.length > 0) await store.writeJson(keptKey(run.name, image.id, target), kept)
  if ('order' in compared) {
    const { order, status } = compared
    const count = order.tags.length + order.artifacts.length
    return { status, at, order: await store.writeJson(orderKey(run.name, image.id, target), order, count) }
  }
  const { warnings } = compared
  if (warnings.length > 0) await store.writeJson(warningsKey(run.name, image.id, target), warnings)
  if (compared.status === 'failed')
    return { status: 'failed', at, error: compared.error, warnings: warnings.length }
  return { status: 'inSync', at, ...(warnings.length === 0 ? {} : { warnings: warnings.length }) }
}

function refusalsOf(
  artifacts: readonly Artifact[],
  { image, target }: PairState,
  store: WorkBucket,
): Promise<(Refusal | undefined)[]> {
  return pMap(
    artifacts,
    (artifact) => store.findJson(refusalKey(target, image.repository, artifact), refusalSchema),
    { concurrency: PARALLEL_READS },
  )
}

const env = diffEnvSchema.parse(process.env)
const logger = createLogger()
const dependencies: DiffDependencies = {
  store: openWorkBucket(env.WORK_BUCKET),
  registries: createRegistries({ retry: RETRY_POLICY }),
  readCredentials,
  now: () => Date.now(),
}

export const handler = middy(
  async (pair: PairState, _context: Context, { signal }: { signal: AbortSignal }) => {
    const output = await diff(pair, dependencies, signal)
    logger.info(output.status, 'order' in output ? { missing: output.order.count } : output)
    return output
  },
  beforeTimeout,
)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(checkedInput(pairStateSchema, logger, keysOfPair))
  .use(shortErrors(logger))
