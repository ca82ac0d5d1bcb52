// The price of the alarms and metrics that the stack really has.
import { expect, test } from 'vitest'
import { monitoringCost } from '../../estimate/monitoring.ts'
import { NO_FIXTURES } from '../../estimate/workload.ts'
import { ImageMirror } from '../../infra/image-mirror.ts'
import { listOf, ofType, resourcesOf, testStack } from '../infra/templates.ts'

test.each([1, 2])('counts every metric of every alarm, with %i schedules', (schedules) => {
  const images = ['rate(1 day)', 'rate(2 days)']
    .slice(0, schedules)
    .map((schedule) => ({ source: `quay.io/team/app-${schedule.length}`, schedule }))
  const stack = testStack()
  new ImageMirror(stack, 'Mirror', { list: listOf({ images }) })
  const metrics = ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm').flatMap(({ Properties }) => {
    const { Metrics = [{ MetricStat: {} }] } = Properties as { Metrics?: readonly { MetricStat?: object }[] }
    return Metrics.filter(({ MetricStat }) => MetricStat !== undefined)
  })
  expect(monitoringCost({ ...NO_FIXTURES, schedules }, 0)).toBeCloseTo(0.1 * metrics.length)
})

test('bills metrics by the hour, once an hour at most', () => {
  const hourly = monitoringCost(NO_FIXTURES, 730)
  expect(hourly).toBeCloseTo(0.4 + 0.3 * 8)
  expect(monitoringCost(NO_FIXTURES, 5_000)).toBe(hourly)
  expect(monitoringCost(NO_FIXTURES, 30)).toBeCloseTo(0.4 + (0.3 * 8 * 30) / 730)
})

test('adds five metrics for each target that has its own', () => {
  const more = monitoringCost({ ...NO_FIXTURES, meteredTargets: 2 }, 730) - monitoringCost(NO_FIXTURES, 730)
  expect(more).toBeCloseTo(0.3 * 5 * 2)
})

test('adds an alarm for each further region that people push to', () => {
  expect(monitoringCost({ ...NO_FIXTURES, pushRegions: 2 }, 0)).toBeCloseTo(
    monitoringCost(NO_FIXTURES, 0) + 0.2,
  )
})
