/** The cost of a mirror's alarms, metrics and dashboard. */
import { METRICS_OF_TARGET } from '../mirror/metric-names.ts'
import { PRICES } from './prices.ts'
import type { Fixtures } from './workload.ts'

/** On the queue of undelivered events, and on lost starts. */
const ALARMS = 2
/** The alarm of a schedule reads its freshness and its failures. */
const METRICS_OF_SCHEDULE = 2
const METRICS_OF_RUN = 6
const HOURS = 730

/** Dollars per month. */
export function monitoringCost(
  { schedules, pushRegions, meteredTargets }: Pick<Fixtures, 'schedules' | 'pushRegions' | 'meteredTargets'>,
  runsPerMonth: number,
): number {
  const alarms = PRICES.alarmMetric * (ALARMS + METRICS_OF_SCHEDULE * schedules + pushRegions)
  const share = Math.min(runsPerMonth, HOURS) / HOURS
  const metrics = METRICS_OF_RUN + METRICS_OF_SCHEDULE * schedules + METRICS_OF_TARGET.length * meteredTargets
  return alarms + PRICES.metric * metrics * share + PRICES.dashboard
}
