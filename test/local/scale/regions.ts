// A given number of regions in one partition, as a list requires.
import { partitionOf } from '../../../mirror/list/partitions.ts'
import { REGIONS } from '../../../mirror/list/regions.ts'

export function someRegions(count: number) {
  return REGIONS.filter((region) => partitionOf(region) === 'aws').slice(0, count)
}
