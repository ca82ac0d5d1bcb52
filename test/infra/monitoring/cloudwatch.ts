// CloudWatch's evaluation of an alarm, as far as our alarms use it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
import { textOf } from '../templates.ts'

export interface Datapoint {
  readonly namespace: string
  readonly name: string
  /** `Name=Value`, sorted. */
  readonly dimensions: readonly string[]
  readonly value: number
  /** Seconds. */
  readonly at: number
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

interface Dimension {
  readonly Name: string
  readonly Value: unknown
}
interface Series {
  readonly Namespace: string
  readonly MetricName: string
  readonly Dimensions?: readonly Dimension[]
}
interface Query {
  readonly Id: string
  readonly Expression?: string
  readonly MetricStat?: { readonly Metric: Series; readonly Period: number; readonly Stat: string }
}
export interface AlarmProperties extends Partial<Series> {
  readonly Metrics?: readonly Query[]
  readonly Period?: number
  readonly Statistic?: string
  readonly Threshold: number
  readonly ComparisonOperator: string
  readonly EvaluationPeriods: number
  readonly DatapointsToAlarm?: number
  readonly TreatMissingData: string
}

export function dimensionsOf(dimensions: readonly Dimension[] = []): string[] {
  return dimensions.map(({ Name, Value }) => `${Name}=${textOf(Value)}`).sort()
}

/** @param now - seconds, at the end of a period */
export function stateOf(alarm: AlarmProperties, points: readonly Datapoint[], now: number): AlarmState {
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, Threshold, TreatMissingData } = alarm
  if (alarm.ComparisonOperator !== 'GreaterThanThreshold')
    throw new Error(`${alarm.ComparisonOperator} is not modelled`)
  const values = Array.from({ length: EvaluationPeriods }, (_, period) => valueIn(alarm, points, now, period))
  const known = values.filter((value) => value !== undefined)
  if (known.length === 0 && TreatMissingData === 'missing') return 'INSUFFICIENT_DATA'
  if (!['missing', 'notBreaching'].includes(TreatMissingData))
    throw new Error(`${TreatMissingData} is not modelled`)
  return known.filter((value) => value > Threshold).length >= DatapointsToAlarm ? 'ALARM' : 'OK'
}

/** @param period - 0 is the latest */
function valueIn(alarm: AlarmProperties, points: readonly Datapoint[], now: number, period: number) {
  const { Metrics = [], Namespace = '', MetricName = '', Dimensions = [] } = alarm
  const within = (series: Series, seconds: number, statistic = '') => {
    const end = now - period * seconds
    const found = points.filter(
      ({ namespace, name, dimensions, at }) =>
        namespace === series.Namespace &&
        name === series.MetricName &&
        dimensions.join() === dimensionsOf(series.Dimensions).join() &&
        at > end - seconds &&
        at <= end,
    )
    return found.length === 0
      ? undefined
      : statisticOf(
          statistic,
          found.map(({ value }) => value),
        )
  }
  const [expression] = Metrics.flatMap(({ Expression }) => Expression ?? [])
  if (expression === undefined)
    return within({ Namespace, MetricName, Dimensions }, alarm.Period ?? 0, alarm.Statistic)
  const ids = new Map(
    Metrics.flatMap(({ Id, MetricStat }) =>
      MetricStat ? [[Id, within(MetricStat.Metric, MetricStat.Period, MetricStat.Stat)] as const] : [],
    ),
  )
  const [, id = '', least, then, other = ''] = /^IF\((\w+) > (\d+), (\d+), (\w+)\)$/.exec(expression) ?? []
  if (!ids.has(id) || !ids.has(other)) throw new Error(`${expression} is not modelled`)
  const [test, fallback] = [ids.get(id), ids.get(other)]
  if (test === undefined || fallback === undefined) return undefined
  return test > Number(least) ? Number(then) : fallback
}

function statisticOf(statistic: string, values: readonly number[]): number {
  if (statistic === 'Maximum') return Math.max(...values)
  if (statistic === 'Sum') return values.reduce((sum, value) => sum + value, 0)
  throw new Error(`${statistic} is not modelled`)
}
