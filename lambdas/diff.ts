/** Diff: compares the resolved digests with a target, and writes a work order for what is missing. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import pMap from 'p-map'
import { type DiffOutput, type PairState, pairStateSchema } from '../mirror/contract.ts'
import { findMissing, isInSync, withoutNewer } from '../mirror/diff/diff.ts'
import { heldBy } from '../mirror/diff/held.ts'
import { keptWarning } from '../mirror/diff/kept.ts'
import { makeOrder } from '../mirror/diff/order.ts'
import { type Refusal, refusalSchema, warningsInstead } from '../mirror/diff/refusals.ts'
import { type Artifact, type Resolved, resolvedSchema } from '../mirror/documents.ts'
import { diffEnvSchema } from '../mirror/environment.ts'
import { describeFailedTags } from '../mirror/failed-tags.ts'
import { keptKey, orderKey, refusalKey, warningsKey } from '../mirror/keys.ts'
import { openTarget, type TargetAccess } from '../mirror/target.ts'
import { readCredentials } from '../registry/credentials/secret.ts'
import { isEcr } from '../registry/model/registry.ts'
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
  const { missingOnly } = image.select
  const found = await findMissing(heldBy(repository), resolved, { missingOnly, signal })
  const kept = found.kept.length === 0 ? [] : [keptWarning(found.kept, target.id)]
  if (found.kept.length > 0) await store.writeJson(keptKey(run.name, image.id, target), found.kept)
  const { keepNewer } = image
  const missing =
    keepNewer && isEcr(repository) ? await withoutNewer(repository, found, keepNewer, signal) : found
  const refused = isInSync(missing)
    ? []
    : await warningsInstead(missing, (artifacts) => refusalsOf(artifacts, pair, store), now())
  const isWhole = refused !== undefined
  if (isWhole || (run.dryRun && hasFailures(resolved))) {
    const warnings = [...(resolved.warnings ?? []), ...kept, ...(refused ?? [])]
    if (warnings.length > 0) {
      await store.writeJson(warningsKey(run.name, image.id, target), warnings)
    }
    return hasFailures(resolved) ? failed(resolved, warnings.length) : inSync(warnings.length)
  }
  const key = orderKey(run.name, image.id, target)
  const count = missing.tags.length + missing.artifacts.length
  const warnings = [...(resolved.warnings ?? []), ...kept]
  const order = await store.writeJson(key, makeOrder(pair, missing, { ...resolved, warnings }, now()), count)
  return { status: missing.all ? 'missing' : 'stale', order }
}

function inSync(warnings: number): DiffOutput {
  return { status: 'inSync', ...(warnings === 0 ? {} : { warnings }) }
}

function hasFailures({ failed = [] }: Resolved): boolean {
  return failed.length > 0
}

/** A build cannot help tags that failed in Resolve. */
function failed({ tags, failed = [] }: Resolved, warnings: number): DiffOutput {
  return { status: 'failed', error: describeFailedTags(failed, tags.length + failed.length), warnings }
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
