// What a trial cost, computed from what it used, at the prices of `estimate`.
import type { RunState } from '../../cli/deployed/run/document.ts'
import { monitoringCost } from '../../estimate/monitoring.ts'
import { PRICES } from '../../estimate/prices.ts'

const HOURS_PER_MONTH = 730
const GB = 1e9
/** Upper bounds for each run, beside its builds: states of its pairs, functions and documents. */
const TRANSITIONS = 60
const FUNCTION_SECONDS = 60
const DOCUMENTS = 100
const LOG_BYTES = 1e6

/** Dollars. An upper bound: no free tier, and everything that is billed by the hour for whole hours. */
export function costOf(runs: readonly RunState[], milliseconds: number): number {
  const pairs = runs.flatMap(({ report }) => report?.pairs ?? [])
  const built = pairs.filter(({ outcome }) => outcome === 'synced')
  const minutes = built.reduce((sum, { seconds }) => sum + Math.ceil((seconds + 30) / 60), 0)
  const bytes = pairs.reduce((sum, pair) => sum + pair.bytes, 0)
  const hours = Math.ceil(milliseconds / 3_600_000)
  const months = hours / HOURS_PER_MONTH
  const monthly = PRICES.kmsKey + monitoringCost({ schedules: 0, pushRegions: 0, meteredTargets: 0 }, 1)
  const ofRun =
    TRANSITIONS * PRICES.transition +
    FUNCTION_SECONDS * PRICES.lambdaGbSecond +
    DOCUMENTS * (PRICES.s3Put + PRICES.s3Get) +
    (LOG_BYTES / GB) * PRICES.logGb
  return (
    minutes * PRICES.buildMinute +
    (bytes / GB) * PRICES.regionGbAtMost +
    monthly * months +
    runs.length * ofRun
  )
}
