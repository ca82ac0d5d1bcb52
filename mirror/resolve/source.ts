/** The part of the registry client that Resolve uses, and its concurrency. */
import type { Progress, Repository } from '../../registry/model/registry.ts'

export type { Progress }

export type Source = Pick<
  Repository,
  | 'name'
  | 'listTags'
  | 'headManifest'
  | 'resolveManifest'
  | 'peekManifest'
  | 'getManifest'
  | 'blob'
  | 'referrers'
  | 'rateLimit'
>

/** Tags or artifacts that are requested at a time. */
export const PARALLEL_REQUESTS = 8
