// The workload of a small list.
import { DEFAULT_CONCURRENCY, type Workload } from '../../estimate/estimate-model.ts'

export const WORKLOAD: Workload = {
  regionsOf: [3, 3, 1],
  runsPerMonth: 30,
  changesPerMonth: 4,
  gigabytes: 0.5,
  compute: 'ec2',
  concurrency: DEFAULT_CONCURRENCY,
}
