/** Bounds the requests to a registry that are made at the same time, for all images together. */
import type { Limit } from '../../copy/limit.ts'
import type { Repository } from '../../registry/model/registry.ts'

export function limited(repository: Repository, limit: Limit): Repository {
  const bounded =
    <Given extends unknown[], Answer>(ask: (...given: Given) => Promise<Answer>) =>
    (...given: Given): Promise<Answer> =>
      limit(0, () => ask(...given))
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
