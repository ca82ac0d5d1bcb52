/**
 * The dashboard of a mirror: outcomes, freshness, builds and alerts at one glance. The first three dashboards of an
 * account are free of charge: https://aws.amazon.com/cloudwatch/pricing/
 */
import { Duration, Stack } from 'aws-cdk-lib'
import {
  Alarm,
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { IProject } from 'aws-cdk-lib/aws-codebuild'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { STATUS_PAGE_KEY } from '../../mirror/keys.ts'
import { machineLink, objectLink } from '../../mirror/list/partitions.ts'
import { type MetricName, runMetric } from './metrics.ts'

export interface DashboardProps {
  readonly machine: StateMachine
  readonly project: IProject
  readonly topic: ITopic
  readonly undelivered: IQueue
  readonly bucket: IBucket
  /** The expressions of the schedules that start runs. */
  readonly schedules: readonly string[]
  /** The ids of targets that have metrics of their own. */
  readonly targets: readonly string[]
}

const WIDTH = 12
const HOUR = Duration.hours(1)
/** More lines than a person can tell apart. */
const MAX_SCHEDULES = 20
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const MAX_ALARMS = 100

export function createDashboard(scope: Construct, props: DashboardProps): Dashboard {
  return new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.days(7),
    widgets: [
      [introduction(scope, props), ...alarmStatus(scope)],
      [outcomes(props), freshness(props)],
      [deferrals(props), bytes(props)],
      [builds(props), buildTimes(props)],
      [runs(props), alerts(props)],
      ...props.targets.map((target) => [outcomesAt(target, props), bytesAt(target, props)]),
    ],
  })
}

function introduction(scope: Construct, { machine, bucket }: DashboardProps): IWidget {
  const { stackName, region } = Stack.of(scope)
  const markdown = [
    `# image-mirror: ${stackName}`,
    `[Status of the mirror](${objectLink({ bucket: bucket.bucketName, key: STATUS_PAGE_KEY }, region)}): what is where, and how old it is.`,
    `[Runs](${machineLink(machine.stateMachineArn, region)}): each has a report in \`runs/NAME/report.html\` of the bucket.`,
    'The runbook is `docs/runbook.md` of image-mirror.',
  ]
  return new TextWidget({ width: WIDTH, height: 5, markdown: markdown.join('\n\n') })
}

/** All alarms below the scope that exist so far. */
function alarmStatus(scope: Construct): IWidget[] {
  const alarms = scope.node.findAll().filter((one): one is Alarm => one instanceof Alarm)
  if (alarms.length === 0) return []
  return [
    new AlarmStatusWidget({
      title: 'Alarms',
      width: WIDTH,
      height: 5,
      alarms: alarms.slice(0, MAX_ALARMS),
    }),
  ]
}

const OUTCOMES = [
  ['Failed', Color.RED],
  ['Deferred', Color.ORANGE],
  ['Synced', Color.BLUE],
  ['InSync', Color.GREEN],
] as const

function outcomes({ machine }: DashboardProps): IWidget {
  const left = OUTCOMES.map(([name, color]) => ofRuns(machine, name, { color }))
  return graph('Pairs by outcome', { left, stacked: true })
}

function outcomesAt(target: string, { machine }: DashboardProps): IWidget {
  const left = OUTCOMES.map(([name, color]) => ofTarget(machine, name, { target, color }))
  return graph(`Pairs of ${target} by outcome`, { left, stacked: true })
}

function bytesAt(target: string, { machine }: DashboardProps): IWidget {
  return graph(`Bytes copied to ${target}`, { left: [ofTarget(machine, 'Bytes', { target })] })
}

function freshness({ machine, schedules }: DashboardProps): IWidget {
  const left = schedules
    .slice(0, MAX_SCHEDULES)
    .map((schedule) =>
      runMetric('Freshness', { ...named(machine), schedule }, { label: schedule, period: HOUR }),
    )
  return graph('Hours since the oldest verification of a pair, by schedule', { left })
}

function deferrals({ machine }: DashboardProps): IWidget {
  return graph('Deferrals by rate limits', { left: [ofRuns(machine, 'Deferred', { color: Color.ORANGE })] })
}

function bytes({ machine }: DashboardProps): IWidget {
  return graph('Bytes copied, and seconds of copying', {
    left: [ofRuns(machine, 'Bytes')],
    right: [ofRuns(machine, 'Seconds')],
  })
}

function builds({ project }: DashboardProps): IWidget {
  const left = [
    project.metricBuilds({ label: 'started', period: HOUR }),
    project.metricFailedBuilds({ label: 'failed', period: HOUR, color: Color.RED }),
  ]
  return graph('Builds', { left })
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/cloudwatch_metrics-codebuild.html */
function buildTimes({ project }: DashboardProps): IWidget {
  const longest = { statistic: Stats.MAXIMUM, period: HOUR }
  const left = [
    project.metric('QueuedDuration', { ...longest, label: 'longest time in the queue' }),
    project.metricDuration({ ...longest, label: 'longest build' }),
  ]
  return graph('Seconds of builds', { left })
}

function runs({ machine }: DashboardProps): IWidget {
  return graph('Runs', {
    left: [
      machine.metricStarted({ label: 'started', period: HOUR }),
      machine.metricFailed({ label: 'failed', period: HOUR, color: Color.RED }),
    ],
    right: [
      machine.metricTime({ label: 'longest run, in milliseconds', statistic: Stats.MAXIMUM, period: HOUR }),
    ],
  })
}

/** The last alert is the last point of the first line. */
function alerts({ topic, undelivered }: DashboardProps): IWidget {
  const ofTopic = (metricName: string, label: string, color?: string): IMetric =>
    new Metric({
      namespace: 'AWS/SNS',
      metricName,
      dimensionsMap: { TopicName: topic.topicName },
      statistic: Stats.SUM,
      period: HOUR,
      label,
      ...(color === undefined ? {} : { color }),
    })
  return graph('Alerts, and events that could not be delivered', {
    left: [
      ofTopic('NumberOfMessagesPublished', 'alerts sent'),
      ofTopic('NumberOfNotificationsFailed', 'not delivered to a subscriber', Color.RED),
    ],
    right: [
      undelivered.metricApproximateNumberOfMessagesVisible({
        label: 'events in the queue',
        statistic: Stats.MAXIMUM,
        period: HOUR,
      }),
    ],
  })
}

interface Lines {
  readonly left: IMetric[]
  readonly right?: IMetric[]
  readonly stacked?: boolean
}

function graph(title: string, lines: Lines): IWidget {
  return new GraphWidget({ title, width: WIDTH, height: 6, ...lines })
}

function ofRuns(machine: StateMachine, name: MetricName, options: { readonly color?: string } = {}): IMetric {
  return runMetric(name, named(machine), { label: name, period: HOUR, ...options })
}

function ofTarget(
  machine: StateMachine,
  name: MetricName,
  { target, ...options }: { readonly target: string; readonly color?: string },
): IMetric {
  return runMetric(name, { ...named(machine), target }, { label: name, period: HOUR, ...options })
}

function named({ stateMachineName }: StateMachine): { readonly stateMachineName: string } {
  return { stateMachineName }
}
