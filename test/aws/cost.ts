// What a trial cost, computed from what it used, at the prices of `estimate`.
import { monitoringCost } from '../../estimate/monitoring.ts'
import { PRICES } from '../../estimate/prices.ts'
import type { World } from './world.ts'

const HOURS_PER_MONTH = 730
const GB = 1e9
/** Upper bounds for each run, beside its builds: states of its pairs, functions and documents. */
const TRANSITIONS = 60
const FUNCTION_SECONDS = 60
const DOCUMENTS = 100
const LOG_BYTES = 1e6
/** Of a build besides its copy: CodeBuild bills from the submission on, and may take minutes to begin. */
const BUILD_START_SECONDS = 180
/** Builds of a run whose report is missing, and the time of each. */
const BUILDS_OF_LOST_RUN = 3
const LOST_BUILD_MINUTES = 5
/** In home regions where CodeBuild has no ARM, builds run on x86, which costs half as much again. */
const BUILD_MINUTE = PRICES.buildMinute * 1.5

/** Dollars. An upper bound: no free tier, and everything that is billed by the hour for whole hours. */
export function costOf({ runs, started }: Pick<World, 'runs' | 'started'>, milliseconds: number): number {
  const pairs = runs.flatMap(({ report }) => report?.pairs ?? [])
  const built = pairs.filter(({ outcome }) => ['synced', 'deferred', 'failed'].includes(outcome))
  const lost = started - runs.filter(({ report }) => report !== undefined).length
  const minutes =
    built.reduce((sum, { seconds }) => sum + Math.ceil((seconds + BUILD_START_SECONDS) / 60), 0) +
    lost * BUILDS_OF_LOST_RUN * LOST_BUILD_MINUTES
  const bytes = pairs.reduce((sum, pair) => sum + pair.bytes, 0)
  const hours = Math.ceil(milliseconds / 3_600_000)
  const months = hours / HOURS_PER_MONTH
  const monthly = PRICES.kmsKey + monitoringCost({ schedules: 0, pushRegions: 0, meteredTargets: 0 }, 1)
  const ofRun =
    TRANSITIONS * PRICES.transition +
    FUNCTION_SECONDS * PRICES.lambdaGbSecond +
    DOCUMENTS * (PRICES.s3Put + PRICES.s3Get) +
    (LOG_BYTES / GB) * PRICES.logGb
  return minutes * BUILD_MINUTE + (bytes / GB) * PRICES.regionGbAtMost + monthly * months + started * ofRun
}
