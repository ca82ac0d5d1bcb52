/** Requests to S3 and bytes of the documents of runs and of what outlives them. A system test counts the requests. */
import { ASSUMED } from './assumed.ts'
import { PRICES } from './prices.ts'
import { buildsOf, imagesPerMonth, pairsOf, pairsPerMonth, type Workload } from './workload.ts'

interface Requests {
  /** PUT and LIST requests, which cost the same. */
  readonly puts: number
  readonly gets: number
}

/**
 * At most, of each. A run stores its plan, results, report and page, and updates the state of the mirror and its page.
 * Each image has a resolved document, remembered artifacts and a record of its repository; each changed pair has a work
 * order and a result.
 */
export const REQUESTS: Readonly<Record<'run' | 'schedule' | 'image' | 'pair' | 'build', Requests>> = {
  run: { puts: 10, gets: 12 },
  /** Its turn and its freshness. */
  schedule: { puts: 2, gets: 2 },
  image: { puts: 2, gets: 6 },
  pair: { puts: 0, gets: 1 },
  build: { puts: 3, gets: 3 },
}

/** Dollars per month. */
export function documentsCost(work: Workload): number {
  const { runsPerMonth: runs, fixtures } = work
  const { lists } = fixtures
  const [images, pairs] = [imagesPerMonth(work), pairsPerMonth(work)]
  const bytes =
    ASSUMED.documentBytesPerImage * images +
    ASSUMED.documentBytesPerPair * pairs +
    ASSUMED.stateBytesPerPair * pairsOf(work)
  return (
    runs * (costOf(REQUESTS.run) + costOf(REQUESTS.schedule)) +
    images * costOf(REQUESTS.image) +
    pairs * costOf(REQUESTS.pair) +
    buildsOf(work) * costOf(REQUESTS.build) +
    runs * lists.objects * PRICES.s3Get +
    runs * lists.tables * ASSUMED.tableReadUnits * PRICES.tableRead +
    (bytes / 1e9) * PRICES.s3GbMonth
  )
}

function costOf({ puts, gets }: Requests): number {
  return puts * PRICES.s3Put + gets * PRICES.s3Get
}
