/** Keeps which artifacts a target refused, in the cache of this machine. */
import { type Refusal, refusalSchema } from '../../mirror/diff/refusals.ts'
import type { Artifact } from '../../mirror/documents.ts'
import { refusalKey } from '../../mirror/keys.ts'
import { placeOf, type Target } from '../../mirror/target.ts'
import type { DocumentWriter } from '../../sync/remember.ts'
import type { Cache } from './cache.ts'

export interface Refusals extends DocumentWriter {
  find(artifacts: readonly Artifact[]): Promise<(Refusal | undefined)[]>
}

/** Other lists may have another target of the same name, so the place is a part of the key. */
export function refusalsAt(target: Target, repository: string, cache: Cache): Refusals {
  const place = placeOf(target, repository)
  return {
    find: (artifacts) =>
      Promise.all(
        artifacts.map((one) =>
          cache.findJson(`${place} ${refusalKey(target, repository, one)}`, refusalSchema),
        ),
      ),
    writeJson: (key, document) => cache.writeJson(`${place} ${key}`, document),
  }
}
