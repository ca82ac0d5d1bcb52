// The path of each alarm: from the metric that Report or AWS publishes, through the condition of the alarm, to a topic
// that lets CloudWatch publish, with a description that says what to do.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ImageMirror } from '../../../infra/image-mirror.ts'
import { PushMirror } from '../../../infra/push-mirror.ts'
import { createMetrics, startMeter } from '../../../lambdas/run-meter.ts'
import type { Outcome } from '../../../mirror/contract.ts'
import { openWorkBucket } from '../../../store/work-bucket.ts'
import { captureMetrics, type MetricsLine, takeMetrics } from '../../lambdas/metrics-log.ts'
import { type LocalS3, startS3 } from '../../store/s3.ts'
import {
  list,
  listOf,
  ofType,
  type Resource,
  type Resources,
  resourcesOf,
  type Statement,
  testStack,
  textOf,
} from '../templates.ts'
import { type AlarmProperties, type Datapoint, dimensionsOf, stateOf } from './cloudwatch.ts'

const RUNBOOK = join(import.meta.dirname, '../../../docs/runbook.md')
const HOUR = 3600
const DAILY = 'rate(1 day)'

const mirror = (() => {
  const stack = testStack()
  const images = [
    'docker.io/library/redis:7.4',
    { source: 'quay.io/team/app:1', schedule: 'cron(0 3 * * ? *)' },
  ]
  const push = { repositories: ['team/*'], from: ['us-east-1', 'eu-west-1'] }
  new ImageMirror(stack, 'Mirror', {
    list: listOf({ images, push, schedule: DAILY, alerts: { chat: true } }),
  })
  return resourcesOf(stack)
})()
const pushes = (() => {
  const app = new App({ builtinCloudFormationValidation: false })
  const stack = new Stack(app, 'Pushes', { env: { region: 'eu-west-1' } })
  new PushMirror(stack, 'Pushes', { repositories: ['team/*'], home: 'us-east-1' })
  return resourcesOf(stack)
})()

const ALARMS = [mirror, pushes].flatMap((resources) =>
  Object.entries(resources)
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
    .map(([id, { Properties }]) => ({ id, resources, alarm: Properties as Resource['Properties'] })),
)
const named = (name: string) => ALARMS.filter(({ id }) => id.includes(name))

let s3: LocalS3
beforeAll(async () => {
  s3 = await startS3()
  captureMetrics()
})
afterAll(() => s3.stop())

/** Ends a scheduled run with an outcome at an hour, and returns the data points that Report publishes. */
async function published(alarm: AlarmProperties, hours: number, outcome: Outcome): Promise<Datapoint[]> {
  const metric = alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Metric
  const value = (name: string) => {
    const [found] = (metric?.Dimensions ?? []).filter(({ Name }) => Name === name)
    return textOf(found?.Value ?? '')
  }
  const input = {
    run: { name: `run-${hours}`, dryRun: false, schedule: value('Schedule') },
    stateMachine: `arn:aws:states:us-east-1:123456789012:stateMachine:${value('StateMachine')}`,
  }
  const reader = { store: openWorkBucket('work'), onOddity: vi.fn() }
  const meter = startMeter(input, createMetrics(), reader, { now: new Date(Date.UTC(2026, 10, 1, hours)) })
  meter.add({ target: 'us-east-1', repository: 'mirror/redis', outcome, bytes: 0, seconds: 0 })
  const counts = { inSync: 0, synced: 0, deferred: 0, failed: 0, [outcome]: 1 }
  await meter.end({ images: 1, pairs: 1, ...counts })
  return takeMetrics().flatMap((line) => pointsIn(line, hours * HOUR))
}

/** Reads the data points of a line, as CloudWatch does. */
function pointsIn(line: MetricsLine, at: number): Datapoint[] {
  return line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((keys) =>
      Metrics.map(({ Name }) => ({
        namespace: Namespace,
        name: Name,
        dimensions: keys.map((key) => `${key}=${line[key]}`).sort(),
        value: Number(line[Name]),
        at,
      })),
    ),
  )
}

describe.each(named('NotFresh'))('$id', ({ alarm }) => {
  /** The states at the end of each day with such a run. */
  async function states(...outcomes: Outcome[]): Promise<string[]> {
    const points: Datapoint[] = []
    const found: string[] = []
    for (const [day, outcome] of outcomes.entries()) {
      points.push(...(await published(alarm, day * 24 + 1, outcome)))
      found.push(stateOf(alarm, points, (day * 24 + 1) * HOUR))
    }
    return found
  }

  test('goes off if two runs in a row leave out a pair, and ends with the next good one', async () => {
    expect(await states('synced', 'deferred', 'deferred')).toEqual(['OK', 'OK', 'ALARM'])
    const points = await published(alarm, 1, 'inSync')
    expect(stateOf(alarm, points, HOUR)).toBe('OK')
  })

  test('leaves failures to the alerts of their runs', async () => {
    expect(await states('synced', 'failed', 'failed', 'failed')).toEqual(['OK', 'OK', 'OK', 'OK'])
  })

  test('has insufficient data if no run reports, and sends a message', async () => {
    const points = await published(alarm, 1, 'inSync')
    const silent = alarm.EvaluationPeriods as number
    expect(stateOf(alarm, points, silent * HOUR)).toBe('OK')
    expect(stateOf(alarm, points, (silent + 1) * HOUR)).toBe('INSUFFICIENT_DATA')
    expect(alarm.InsufficientDataActions).toEqual(alarm.AlarmActions)
  })
})

/** The name of the one resource of a type, as its metrics have it. */
function nameOf(resources: Resources, type: string, attribute = 'Name'): string {
  const [id = '', found] = Object.entries(resources).find(([, { Type }]) => Type === type) ?? []
  return textOf(found?.Properties[attribute] ?? { 'Fn::GetAtt': [id, attribute] })
}

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
 */
const OF_AWS = [
  ...named('NotDelivered').map(({ id, resources, alarm }) => ({
    id,
    alarm,
    namespace: 'AWS/SQS',
    name: 'ApproximateNumberOfMessagesVisible',
    dimensions: [`QueueName=${nameOf(resources, 'AWS::SQS::Queue', 'QueueName')}`],
  })),
  ...named('StartLost').map(({ id, resources, alarm }) => ({
    id,
    alarm,
    namespace: 'AWS/Scheduler',
    name: 'InvocationsFailedToBeSentToDeadLetterCount',
    dimensions: [`ScheduleGroup=${nameOf(resources, 'AWS::Scheduler::ScheduleGroup')}`],
  })),
]

test.each(OF_AWS)('$id goes off at the first value of $namespace', ({ alarm, id: _, ...series }) => {
  const at = 10 * HOUR
  expect(stateOf(alarm, [], at)).toBe('OK')
  expect(stateOf(alarm, [{ ...series, value: 0, at }], at)).toBe('OK')
  expect(stateOf(alarm, [{ ...series, value: 1, at }], at)).toBe('ALARM')
  expect(series.dimensions).toEqual(dimensionsOf(alarm.Dimensions))
})

test('the tests above cover every alarm', () => {
  const walked = [...named('NotFresh'), ...OF_AWS].map(({ id }) => id)
  expect(walked.sort()).toEqual(ALARMS.map(({ id }) => id).sort())
  expect(new Set(walked.map((id) => /NotFresh|NotDelivered|StartLost/.exec(id)?.[0])).size).toBe(3)
})

describe.each(ALARMS)('$id', ({ alarm, resources }) => {
  const topics = (alarm.AlarmActions as { Ref: string }[]).map(({ Ref }) => Ref)

  test('sends to topics of the stack that let alarms publish, by policy and by key', () => {
    const chats = Object.keys(resources).filter((id) => resources[id]?.Type === 'AWS::SNS::Topic')
    expect(topics.sort()).toEqual(chats.sort())
    for (const topic of topics) {
      expect(allowed(policyOf(resources, topic), 'sns:Publish'), topic).toBe(true)
      const key = resources[topic]?.Properties.KmsMasterKeyId['Fn::GetAtt'][0]
      const statements: Statement[] = resources[key]?.Properties.KeyPolicy.Statement ?? []
      expect(allowed(statements, 'kms:Decrypt') && allowed(statements, 'kms:GenerateDataKey*'), key).toBe(
        true,
      )
    }
    expect(alarm.ActionsEnabled ?? true).toBe(true)
  })

  test('says what to do, in a text that CloudWatch takes, and names a section of the runbook', () => {
    const text = textOf(alarm.AlarmDescription)
    expect(text).toMatch(/^image-mirror: .*What to do[^:]*: \w/)
    // A reference may become a long name.
    expect(text.replaceAll(/<[^>]+>/g, 'x'.repeat(130)).length).toBeLessThanOrEqual(1024)
    const [, anchor] = /docs\/runbook\.md#(\w+)$/.exec(text) ?? []
    const headings = readFileSync(RUNBOOK, 'utf8').match(/^## .*$/gm) ?? []
    expect(headings.map((heading) => heading.slice(3).toLowerCase())).toContain(anchor)
  })
})

function policyOf(resources: Resources, topic: string): Statement[] {
  return ofType(resources, 'AWS::SNS::TopicPolicy')
    .map(({ Properties }) => Properties)
    .filter(({ Topics }) => (Topics as { Ref: string }[]).some(({ Ref }) => Ref === topic))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as Statement[])
}

/** Whether CloudWatch may do this for alarms of the account. */
function allowed(statements: readonly Statement[], action: string): boolean {
  return statements.some(
    ({ Effect, Action, Principal, Condition }) =>
      Effect === 'Allow' &&
      list(Action).includes(action) &&
      list((Principal as { Service?: string | string[] }).Service ?? [])
        .flat()
        .includes('cloudwatch.amazonaws.com') &&
      JSON.stringify(Condition).includes('"aws:SourceAccount":{"Ref":"AWS::AccountId"}'),
  )
}
