/** Bounds the requests of all images to a registry: how many are made at the same time, and none while it is down. */
import type { Limit } from '../../copy/limit.ts'
import type { Repository } from '../../registry/model/registry.ts'
import type { Outages } from './outages.ts'

export function limited(repository: Repository, limit: Limit, outages: Outages): Repository {
  const bounded =
    <Given extends unknown[], Answer>(ask: (...given: Given) => Promise<Answer>) =>
    (...given: Given): Promise<Answer> =>
      limit(0, () => outages.guard(repository, () => ask(...given)))
  return {
    ...repository,
    listTags: bounded(repository.listTags),
    headManifest: bounded(repository.headManifest),
    resolveManifest: bounded(repository.resolveManifest),
    peekManifest: bounded(repository.peekManifest),
    getManifest: bounded(repository.getManifest),
    referrers: bounded(repository.referrers),
  }
}
