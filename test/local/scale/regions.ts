// As many regions as a test wants, all of one partition, as a list must have them.
import { partitionOf } from '../../../mirror/list/partitions.ts'
import { REGIONS } from '../../../mirror/list/regions.ts'

export function someRegions(count: number) {
  return REGIONS.filter((region) => partitionOf(region) === 'aws').slice(0, count)
}
