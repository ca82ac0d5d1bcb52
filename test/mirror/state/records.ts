// Random observations of a repository, as runs make them.
import type { PairReport } from '../../../mirror/documents.ts'
import { recordsOf } from '../../../mirror/state/observe.ts'
import type { StateRecord } from '../../../mirror/state/record.ts'
import { pick } from '../../support/random.ts'
import { pair } from '../report/reports.ts'
import { digestOf } from '../resolve/sources.ts'

export const START = Date.UTC(2026, 10, 30)

export function timeAt(minutes: number): string {
  return new Date(START + minutes * 60_000).toISOString()
}

/** What a run finds and writes in the given minute. */
export function observed(minutes: number, part: Partial<PairReport> = {}): StateRecord {
  const { error: _, ...base } = pair({ outcome: 'inSync', ...part })
  const at = timeAt(minutes)
  const [record] = recordsOf([{ ...base, at, ...part }], {}, new Date(at))
  if (record === undefined) throw new Error('a dry run observes nothing')
  return record
}

const DIGESTS = [digestOf('a'), digestOf('b'), digestOf('c')] as const
const ERROR = { name: 'SourceNotFound', message: 'gone' }

export function randomObservation(random: () => number): StateRecord {
  const failed = random() < 0.3
  const tags = ['1', '2', '3'].flatMap((tag) => {
    if (random() < 0.4) return []
    const written = random() < 0.5 ? { written: true as const } : {}
    return [{ tag, digest: pick(DIGESTS, random), ...written }]
  })
  return observed(Math.floor(random() * 12), {
    image: pick(['redis:7', 'redis:8'], random),
    target: pick(['us-east-1', 'eu-west-1'], random),
    tags,
    ...(failed ? { outcome: pick(['failed', 'deferred'], random), error: ERROR } : {}),
  })
}
