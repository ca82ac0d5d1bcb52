/**
 * Freshness alarms: they report runs that never start and pairs that are deferred again and again. A failed run sends
 * its own alert, and the safety net (alerts.ts) covers runs that break.
 */
import { Annotations, Duration } from 'aws-cdk-lib'
import { ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct, IConstruct } from 'constructs'
import { Metric as Name } from '../../mirror/metric-names.ts'
import { longestPause } from '../triggers/period.ts'
import { type MetricName, runMetric } from './metrics.ts'

export interface FreshnessProps {
  readonly stateMachine: IStateMachine & { readonly stateMachineName: string }
  readonly topic: ITopic
  /** The expressions of the schedules that start runs. */
  readonly schedules: readonly string[]
}

/** A run may wait for a rate limit to reset and still succeed. */
const MARGIN = Duration.hours(6)
/**
 * An alarm can look back at most seven days.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
const MAX_HOURS = 168

const ID = 'NotFresh'

/** Whether missing data also sends a message. */
export function isFreshnessAlarm({ node }: IConstruct): boolean {
  return node.id.startsWith(ID)
}

/** Creates one alarm for each schedule: its runs verify its images and report their freshness. */
export function createFreshnessAlarms(scope: Construct, props: FreshnessProps): void {
  for (const schedule of props.schedules) {
    const pause = longestPause(schedule)
    const hours = pause && Math.ceil(2 * pause.toHours({ integral: false }) + MARGIN.toHours())
    if (pause === undefined || hours === undefined || hours > MAX_HOURS) noteMissingAlarm(scope, schedule)
    else alarm(scope, schedule, { ...props, hours, tooOld: pause.plus(MARGIN) })
  }
}

interface Limits extends FreshnessProps {
  /** How long the schedule may go without a metric. */
  readonly hours: number
  /** The maximum age of a pair's last verification. */
  readonly tooOld: Duration
}

/**
 * Each run publishes metrics; between runs they are missing. ALARM means that a pair is too old and that its run did
 * not fail, because a failed run sends an alert itself. INSUFFICIENT_DATA means that no run reported. A new alarm
 * starts in that state without a notification; treating missing data as breaching would send a message on every
 * deployment.
 */
function alarm(scope: Construct, schedule: string, { stateMachine, topic, hours, tooOld }: Limits): void {
  const source = { stateMachineName: stateMachine.stateMachineName, schedule }
  const metricOf = (name: MetricName) => runMetric(name, source, { statistic: Stats.MAXIMUM })
  const freshness = new MathExpression({
    label: 'Hours since the least recent verification of a pair, excluding failed runs',
    expression: 'IF(failed > 0, 0, fresh)',
    usingMetrics: { failed: metricOf(Name.Failed), fresh: metricOf(Name.Freshness) },
    period: Duration.hours(1),
  })
  // A construct ID must not contain a slash.
  const found = freshness.createAlarm(scope, `${ID} ${schedule.replaceAll('/', ':')}`, {
    alarmDescription:
      `image-mirror: a pair of the schedule ${schedule} was not verified for ${tooOld.toHours({ integral: false })} hours (ALARM), ` +
      `or no run of it reported for ${hours} hours (INSUFFICIENT_DATA). What to do on ALARM: two runs in a row deferred ` +
      'the pair; the status page says which and why. If it is a rate limit, set credentials for its registry. On ' +
      'INSUFFICIENT_DATA: check in EventBridge Scheduler that the schedule exists and is enabled, and stop a run that ' +
      'hangs, so that the next one starts. More: docs/runbook.md#notfresh',
    threshold: tooOld.toHours({ integral: false }),
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: hours,
    datapointsToAlarm: 1,
    treatMissingData: TreatMissingData.MISSING,
  })
  const action = new SnsAction(topic)
  found.addAlarmAction(action)
  found.addInsufficientDataAction(action)
}

function noteMissingAlarm(scope: Construct, schedule: string): void {
  Annotations.of(scope).addInfo(
    `missing runs of the schedule ${schedule} raise no alarm: CloudWatch alarms look back at most seven days, ` +
      'and two of its intervals are longer than that, or its intervals vary',
  )
}
