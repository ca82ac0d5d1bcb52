/** Metrics of a mirror's runs, for alarms and dashboards. */
import { Duration } from 'aws-cdk-lib'
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { Dimension, NAMESPACE, Metric as Name, SERVICE } from '../../mirror/metric-names.ts'

/** Identifies the metrics of one mirror. */
export interface MetricSource {
  readonly stateMachineName: string
  /** Only runs of this schedule. @default - all runs */
  readonly schedule?: string
  /** Only pairs of this target. @default - all targets */
  readonly target?: string
}

export type MetricName = (typeof Name)[keyof typeof Name]

/** By default, the sum over an hour; for freshness, which is an age, the maximum. */
export function runMetric(name: MetricName, source: MetricSource, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName: name,
    dimensionsMap: {
      [Dimension.Service]: SERVICE,
      [Dimension.StateMachine]: source.stateMachineName,
      ...(source.schedule !== undefined && { [Dimension.Schedule]: source.schedule }),
      ...(source.target !== undefined && { [Dimension.Target]: source.target }),
    },
    statistic: name === Name.Freshness ? Stats.MAXIMUM : Stats.SUM,
    period: Duration.hours(1),
    ...options,
  })
}
