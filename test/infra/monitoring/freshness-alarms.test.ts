// The freshness alarm, for problems that neither a run's alert nor the rule on failed runs reports.

import { readFileSync } from 'node:fs'
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { expect, test } from 'vitest'
import { failureTopic } from '../../../infra/alerts/alerts.ts'
import { createFreshnessAlarms } from '../../../infra/monitoring/freshness-alarms.ts'
import { ofType, only, type Resources, resourcesOf, testStack } from '../templates.ts'

function watching(...schedules: string[]): { resources: Resources; told: string } {
  const stack = testStack()
  const stateMachine = StateMachine.fromStateMachineName(stack, 'Machine', 'mirror')
  const named = Object.assign(stateMachine, { stateMachineName: 'mirror' })
  createFreshnessAlarms(stack, { stateMachine: named, topic: failureTopic(stack), schedules })
  return { resources: resourcesOf(stack), told: JSON.stringify(stack.node.metadata) }
}

const daily = only(watching('rate(1 day)').resources, 'AWS::CloudWatch::Alarm').Properties

test("uses the metrics of the schedule's runs, and excludes failures with an alert", () => {
  const dimensions = [
    { Name: 'Schedule', Value: 'rate(1 day)' },
    { Name: 'StateMachine', Value: 'mirror' },
    { Name: 'service', Value: 'image-mirror' },
  ]
  const stat = (MetricName: string) => ({
    MetricStat: {
      Metric: { Namespace: 'ImageMirror', MetricName, Dimensions: dimensions },
      Period: 3600,
      Stat: 'Maximum',
    },
  })
  expect(daily.Metrics).toMatchObject([
    { Expression: 'IF(failed > 0, 0, fresh)' },
    { Id: 'failed', ...stat('Failed') },
    { Id: 'fresh', ...stat('Freshness') },
  ])
})

test('raises an alarm for a pair that two consecutive runs missed, but not for one run', () => {
  expect(daily).toMatchObject({
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 30,
    DatapointsToAlarm: 1,
  })
  expect(daily.Threshold).toBeGreaterThan(24)
  expect(daily.Threshold).toBeLessThan(48)
})

test('tolerates missing runs for two intervals and a rate limit', () => {
  expect(daily).toMatchObject({ EvaluationPeriods: 54, TreatMissingData: 'missing' })
})

test('sends both states to the failure topic, but nothing on deployment', () => {
  expect(daily.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^FailureTopic/) }])
  expect(daily.InsufficientDataActions).toEqual(daily.AlarmActions)
  expect(daily.OKActions).toBeUndefined()
})

test('describes its meaning, with a link to the runbook', () => {
  expect(daily.AlarmDescription).toContain('not verified for 30 hours (ALARM)')
  expect(daily.AlarmDescription).toContain('no run of it reported for 54 hours (INSUFFICIENT_DATA)')
  const [, anchor] = /docs\/runbook\.md#(\w+)$/.exec(daily.AlarmDescription) ?? []
  const headings = readFileSync('docs/runbook.md', 'utf8').match(/^## .*$/gm) ?? []
  expect(headings.map((heading) => heading.slice(3).toLowerCase())).toContain(anchor)
})

test.each([
  ['rate(15 minutes)', 7, 6.25],
  ['cron(0 3 ? * MON-FRI *)', 150, 78],
])('%s may be silent for %i hours, and leave a pair out for %d', (schedule, hours, tooOld) => {
  const { Properties: alarm } = only(watching(schedule).resources, 'AWS::CloudWatch::Alarm')
  expect(alarm).toMatchObject({ EvaluationPeriods: hours, Threshold: tooOld })
})

test('every schedule has one', () => {
  const { resources } = watching('rate(1 day)', 'cron(0/15 * * * ? *)')
  expect(ofType(resources, 'AWS::CloudWatch::Alarm')).toHaveLength(2)
})

test.each(['rate(7 days)', 'cron(0 3 1 * ? *)'])(
  '%s cannot be watched, and people are told so',
  (schedule) => {
    const { resources, told } = watching(schedule)
    expect(ofType(resources, 'AWS::CloudWatch::Alarm')).toEqual([])
    expect(told).toContain(`missing runs of the schedule ${schedule} raise no alarm`)
  },
)
