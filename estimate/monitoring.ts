/** The cost of a mirror's alarms, metrics and dashboard. https://aws.amazon.com/cloudwatch/pricing/ */

const PRICE = {
  /** Per month of each metric of an alarm. */
  alarmMetric: 0.1,
  /** Per month of each metric, billed by the hours in which it has data. */
  metric: 0.3,
  /** The first three dashboards of an account are free; each further one costs 3 USD a month. */
  dashboard: 0,
} as const

/** On the queue of undelivered events, and on lost starts. */
const ALARMS = 2
/** The alarm of a schedule reads its freshness and its failures. */
const METRICS_OF_SCHEDULE = 2
const METRICS_OF_RUN = 6
const HOURS = 730

/** Dollars per month. */
export function monitoringCost(schedules: number, runsPerMonth: number): number {
  const alarms = PRICE.alarmMetric * (ALARMS + METRICS_OF_SCHEDULE * schedules)
  const share = Math.min(runsPerMonth, HOURS) / HOURS
  const metrics = PRICE.metric * (METRICS_OF_RUN + METRICS_OF_SCHEDULE * schedules) * share
  return alarms + metrics + PRICE.dashboard
}
