// The workload of a small list.
import type { UniformList } from '../../estimate/uniform.ts'
import { DEFAULT_CONCURRENCY } from '../../estimate/workload.ts'

export const LIST: UniformList = {
  regionsOf: [3, 3, 1],
  runsPerMonth: 30,
  changesPerMonth: 4,
  gigabytes: 0.5,
  compute: 'ec2',
  concurrency: DEFAULT_CONCURRENCY,
}
