/**
 * The alarm on what nobody else tells of. A run that failed has sent its own message, and the safety net tells of runs
 * that could not: what is left is the run that never came, and the pair that is put off again and again.
 */
import { Annotations, Duration } from 'aws-cdk-lib'
import { ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { Metric as Name } from '../../mirror/metric-names.ts'
import { type MetricName, runMetric } from '../metrics.ts'
import { longestPause } from '../triggers/period.ts'

export interface FreshnessProps {
  readonly stateMachine: IStateMachine & { readonly stateMachineName: string }
  readonly topic: ITopic
  /** The expressions of the schedules that start runs. */
  readonly schedules: readonly string[]
}

/** A run may wait until the window of a rate limit is over, and be as good as any other. */
const MARGIN = Duration.hours(6)
/** Metrics of so many hours is what an alarm can look back on: seven days. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const MAX_HOURS = 168

/** One alarm for each schedule: its runs verify its images, and tell how fresh those are. */
export function tellWhenNotFresh(scope: Construct, props: FreshnessProps): void {
  for (const schedule of props.schedules) {
    const pause = longestPause(schedule)
    const hours = pause && Math.ceil(2 * pause.toHours({ integral: false }) + MARGIN.toHours())
    if (pause === undefined || hours === undefined || hours > MAX_HOURS) sayThatNobodyWatches(scope, schedule)
    else alarm(scope, schedule, { ...props, hours, tooOld: pause.plus(MARGIN) })
  }
}

interface Limits extends FreshnessProps {
  /** How long no run need have told anything. */
  readonly hours: number
  /** How long ago each pair must have been verified. */
  readonly tooOld: Duration
}

/**
 * Metrics come with each run, and are missing in between. ALARM is for a pair that is too old, unless the run has failed
 * and said so itself; INSUFFICIENT_DATA is for no run at all. A new alarm begins in that state, which tells nobody
 * anything, while missing data that counts as breaching would send a message with each deployment.
 */
function alarm(scope: Construct, schedule: string, { stateMachine, topic, hours, tooOld }: Limits): void {
  const source = { stateMachineName: stateMachine.stateMachineName, schedule }
  const metricOf = (name: MetricName) => runMetric(name, source, { statistic: Stats.MAXIMUM })
  const untold = new MathExpression({
    label: 'hours since the stalest pair was verified, in runs that did not fail',
    expression: 'IF(failed > 0, 0, fresh)',
    usingMetrics: { failed: metricOf(Name.Failed), fresh: metricOf(Name.Freshness) },
    period: Duration.hours(1),
  })
  // A slash would part the id of a construct.
  const found = untold.createAlarm(scope, `NotFresh ${schedule.replaceAll('/', ':')}`, {
    alarmDescription:
      `image-mirror: a pair of the schedule ${schedule} was not verified for ${tooOld.toHours({ integral: false })} hours (ALARM), ` +
      `or no run of it has reported for ${hours} hours (INSUFFICIENT_DATA). What to do: docs/runbook.md#notfresh`,
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

function sayThatNobodyWatches(scope: Construct, schedule: string): void {
  Annotations.of(scope).addInfo(
    `nobody is told when runs of the schedule ${schedule} fail to come: CloudWatch's alarms look back on seven days, ` +
      'and two of its pauses are longer, or not of one length',
  )
}
