// Pairs of a report, for tests.
import type { PairReport } from '../../../mirror/documents.ts'

export const FAILED: PairReport = {
  image: 'docker.io/library/redis:7.4',
  target: 'us-east-1',
  region: 'us-east-1',
  repository: 'mirror/redis',
  outcome: 'failed',
  tags: [],
  bytes: 0,
  seconds: 0,
  error: { name: 'SourceNotFound', message: 'docker.io/library/redis has no tag "7.4"' },
}

export function pair(part: Partial<PairReport>): PairReport {
  return { ...FAILED, ...part }
}
