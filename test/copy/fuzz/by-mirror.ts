// Runs a case with Resolve, Diff and Sync, with the lenient target in place of ECR.
import type { PairState, Select } from '../../../mirror/contract.ts'
import { findMissing, isInSync } from '../../../mirror/diff/diff.ts'
import { makeOrder } from '../../../mirror/diff/order.ts'
import type { Resolved } from '../../../mirror/documents.ts'
import { describeFailedTags } from '../../../mirror/failed-tags.ts'
import { describeFailure } from '../../../mirror/failure.ts'
import { resolveImage } from '../../../mirror/resolve/resolve.ts'
import type { EcrRepository, Registries } from '../../../registry/model/registry.ts'
import { syncOrder } from '../../../sync/run.ts'
import { CANARY } from '../../support/canary.ts'
import type { Ends } from './by-copy.ts'
import { FROM } from './source.ts'
import { type Kept, TO } from './target.ts'
import { errorsIn, failedIn, type Told } from './told.ts'

const REGION = 'eu-west-1'

export async function mirror(ends: Ends, select: Select, kept: Kept): Promise<Told> {
  const { source, registries, clock } = ends
  const pair = pairOf(source, select)
  const ours = ecrAt(ends, kept)
  let resolved: Resolved
  try {
    const repository = await registries.open({ registry: source, repository: FROM }, CANARY)
    resolved = await resolveImage(repository, { image: source, select })
  } catch (error) {
    return { success: false, failed: new Set(), warnings: [], errors: [describeFailure(error)], ended: true }
  }
  const { failed = [], warnings = [] } = resolved
  try {
    const missing = await findMissing(await ours.ecr(REGION, TO), resolved)
    // The decision of Diff (lambdas/diff.ts).
    if (isInSync(missing)) {
      const all = resolved.tags.length + failed.length
      const errors = failed.length === 0 ? [] : [describeFailedTags(failed, all)]
      const named = new Set(failed.flatMap(({ tag }) => tag ?? []))
      return { success: failed.length === 0, failed: named, warnings, errors, ended: false }
    }
    const order = makeOrder(pair, missing, resolved, clock.now())
    const { result } = await syncOrder(order, {
      registries: ours,
      readCredentials: async () => CANARY,
      clock,
    })
    const { status, error } = result.outcome
    return {
      success: status === 'synced',
      failed: failedIn(result.tags),
      warnings: result.warnings,
      errors: [...(error === undefined ? [] : [error]), ...errorsIn(result.tags)],
      ended: false,
    }
  } catch (error) {
    return { success: false, failed: new Set(), warnings, errors: [describeFailure(error)], ended: true }
  }
}

function pairOf(source: string, select: Select): Omit<PairState, 'resolved'> {
  const repositories = { immutableTags: false, scanOnPush: false, tags: {} }
  const settings = { repositories, credentials: 'secret' }
  return {
    run: { name: 'fuzz', dryRun: false },
    image: {
      ...{ id: '1', image: `${source}/${FROM}`, select, repository: TO, settings },
      source: { registry: source, repository: FROM },
    },
    target: { id: REGION, kind: 'region', region: REGION },
    readFrom: [],
  }
}

/** The part of ECR's API that Diff uses, answered from the target's content. */
function ecrAt({ target, registries }: Ends, { shelf, tags }: Kept): Registries {
  return {
    ...registries,
    async ecr(region, repository): Promise<EcrRepository> {
      const opened = await registries.open({ registry: target, repository }, CANARY)
      return {
        ...opened,
        region,
        tagDigests: async (names) =>
          new Map(names.flatMap((name) => (tags.has(name) ? [[name, tags.get(name) as never]] : []))),
        pushed: async () => undefined,
        presentDigests: async (digests) => new Set(digests.filter((one) => shelf.manifests.has(one))),
        ensure: async () => {},
        readSettings: async () => undefined,
        changeSettings: async () => {},
      }
    },
  }
}
