// The dashboard: every metric that it shows exists, in the stack or among those that AWS documents.
import { expect, test } from 'vitest'
import { ImageMirror } from '../../../infra/image-mirror.ts'
import { Dimension, METRICS_OF_TARGET, Metric, NAMESPACE, SERVICE } from '../../../mirror/metric-names.ts'
import { listOf, ofType, only, type Resources, resourcesOf, testStack, textOf } from '../templates.ts'

function mirror(settings: Record<string, unknown> = {}): Resources {
  const stack = testStack()
  new ImageMirror(stack, 'Mirror', { list: listOf(settings) })
  return resourcesOf(stack)
}

interface Widget {
  readonly type: string
  readonly properties: {
    readonly title?: string
    readonly markdown?: string
    readonly alarms?: readonly string[]
    readonly metrics?: readonly (readonly unknown[])[]
  }
}

const SCHEDULED = { source: 'docker.io/library/nginx', schedule: 'cron(0/15 * * * ? *)' }
const resources = mirror({ images: ['docker.io/library/redis:7.4', SCHEDULED] })
const widgets = widgetsOf(resources)

function widgetsOf(all: Resources): Widget[] {
  const { DashboardBody } = only(all, 'AWS::CloudWatch::Dashboard').Properties
  return (JSON.parse(textOf(DashboardBody)) as { widgets: Widget[] }).widgets
}

/** `namespace metric dimension=value …` of each line. */
const lines = widgets.flatMap(({ properties }) =>
  (properties.metrics ?? []).map((line) => {
    const [namespace, name, ...rest] = line.filter((part) => typeof part === 'string')
    const dimensions = rest.flatMap((part, index) => (index % 2 === 0 ? [`${part}=${rest[index + 1]}`] : []))
    return [namespace, name, ...dimensions.sort()].join(' ')
  }),
)

test('shows outcomes, freshness, deferrals, bytes, builds, runs and alerts', () => {
  expect(widgets.flatMap(({ properties: { title } }) => title ?? [])).toEqual([
    'Alarms',
    'Pairs by outcome',
    'Hours since the oldest verification of a pair, by schedule',
    'Deferrals by rate limits',
    'Bytes copied, and seconds of copying',
    'Builds',
    'Seconds of builds',
    'Runs',
    'Alerts, and events that could not be delivered',
  ])
})

test('reads the metrics that Report writes, with their dimensions', () => {
  const machine = `${Dimension.StateMachine}=<${Object.keys(resources).find((id) => /StateMachine/.test(id) && resources[id]?.Type === 'AWS::StepFunctions::StateMachine')}.Name>`
  const own = lines.filter((line) => line.startsWith(`${NAMESPACE} `))
  const service = `${Dimension.Service}=${SERVICE}`
  const perRun = [
    Metric.Failed,
    Metric.Deferred,
    Metric.Synced,
    Metric.InSync,
    Metric.Deferred,
    Metric.Bytes,
    Metric.Seconds,
  ].map((name) => `${NAMESPACE} ${name} ${machine} ${service}`)
  const perSchedule = ['rate(1 day)', SCHEDULED.schedule].map(
    (schedule) => `${NAMESPACE} ${Metric.Freshness} Schedule=${schedule} ${machine} ${service}`,
  )
  expect(own.toSorted()).toEqual([...perRun, ...perSchedule].toSorted())
})

test('reads metrics of AWS by their documented names', () => {
  const others = lines.filter((line) => !line.startsWith(`${NAMESPACE} `))
  expect(others.map((line) => line.replace(/=<?[A-Za-z0-9:.]+>?/g, '=…'))).toEqual([
    'AWS/CodeBuild Builds ProjectName=…',
    'AWS/CodeBuild FailedBuilds ProjectName=…',
    'AWS/CodeBuild QueuedDuration ProjectName=…',
    'AWS/CodeBuild Duration ProjectName=…',
    'AWS/States ExecutionsStarted StateMachineArn=…',
    'AWS/States ExecutionsFailed StateMachineArn=…',
    'AWS/States ExecutionTime StateMachineArn=…',
    'AWS/SNS NumberOfMessagesPublished TopicName=…',
    'AWS/SNS NumberOfNotificationsFailed TopicName=…',
    'AWS/SQS ApproximateNumberOfMessagesVisible QueueName=…',
  ])
})

test('shows the state of all alarms', () => {
  const alarms = widgets.find(({ type }) => type === 'alarm')
  expect(alarms?.properties.alarms).toHaveLength(ofType(resources, 'AWS::CloudWatch::Alarm').length)
})

test('links the status page and the runs in the console', () => {
  const markdown = widgets.find(({ type }) => type === 'text')?.properties.markdown
  expect(markdown).toMatch(
    /\[Status of the mirror\]\(https:\/\/us-east-1\.console\.aws\.amazon\.com\/s3\/object\/<MirrorWorkBucket\w+>\?region=us-east-1&prefix=status\/status\.html\)/,
  )
  expect(markdown).toMatch(/\[Runs\]\(https:\/\/us-east-1\.console\.aws\.amazon\.com\/states\//)
})

test('has a row for each target with metrics of its own', () => {
  const targets = { prod: { account: '210987654321', regions: ['us-east-1'] } }
  const found = widgetsOf(
    mirror({ targets, metrics: { byTarget: true }, regions: ['us-east-1', 'eu-west-1'] }),
  )
  const titles = found.flatMap(({ properties: { title } }) => title ?? [])
  expect(titles.slice(-6)).toEqual(
    ['us-east-1', 'eu-west-1', 'prod/us-east-1'].flatMap((id) => [
      `Pairs of ${id} by outcome`,
      `Bytes copied to ${id}`,
    ]),
  )
  const own = found
    .flatMap(({ properties: { metrics = [] } }) => metrics)
    .filter((line) => line.includes(Dimension.Target))
  expect(own).toHaveLength(3 * METRICS_OF_TARGET.length)
  expect(own[0]).toEqual(expect.arrayContaining([NAMESPACE, Metric.Failed, Dimension.Target, 'us-east-1']))
})

test('tells Report to publish metrics of targets only if the list asks for it', () => {
  const toldIn = (all: Resources) =>
    ofType(all, 'AWS::Lambda::Function').filter(({ Properties }) =>
      JSON.stringify(Properties.Environment ?? {}).includes('"METRICS_BY_TARGET":"true"'),
    )
  expect(toldIn(resources)).toEqual([])
  expect(toldIn(mirror({ metrics: { byTarget: true } }))).toHaveLength(1)
})

test('can be left out', () => {
  expect(ofType(mirror({ dashboard: false }), 'AWS::CloudWatch::Dashboard')).toEqual([])
})

test('sends alerts and alarms to a topic for chats if the list asks for it', () => {
  const chats = mirror({ alerts: { chat: true } })
  const ids = Object.keys(chats).filter((id) => chats[id]?.Type === 'AWS::SNS::Topic')
  const [chat] = ids.filter((id) => /ChatTopic/.test(id))
  expect([ids.length, chat]).toEqual([2, expect.any(String)])
  for (const { Properties } of ofType(chats, 'AWS::CloudWatch::Alarm'))
    expect(Properties.AlarmActions).toContainEqual({ Ref: chat })
  const [rule] = ofType(chats, 'AWS::Events::Rule')
  const [, target] = (rule?.Properties.Targets ?? []) as {
    Arn: unknown
    InputTransformer: { InputTemplate: string }
  }[]
  expect(target?.Arn).toEqual({ Ref: chat })
  expect(target?.InputTransformer.InputTemplate).toContain('"version":"1.0","source":"custom"')
  expect(ofType(resources, 'AWS::SNS::Topic')).toHaveLength(1)
})
