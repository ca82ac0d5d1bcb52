/** What Resolve asks of a source, and how hard. */
import type { Repository } from '../../registry/model/registry.ts'

export type Source = Pick<
  Repository,
  | 'name'
  | 'listTags'
  | 'headManifest'
  | 'resolveManifest'
  | 'peekManifest'
  | 'getManifest'
  | 'referrers'
  | 'rateLimit'
>

/** How many of its tags, or of its artifacts, are asked about at a time. */
export const PARALLEL_REQUESTS = 8
