// The metrics of a run in the log, and the freshness record in S3.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createMetrics, startMeter } from '../../lambdas/run-meter.ts'
import type { Outcome, Run } from '../../mirror/contract.ts'
import { freshnessKey } from '../../mirror/keys.ts'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { type LocalS3, startS3 } from '../store/s3.ts'
import { captureMetrics, type MetricsLine, takeMetrics } from './metrics-log.ts'

const STATE_MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:mirror'

let s3: LocalS3
const oddities = vi.fn()
beforeAll(async () => {
  s3 = await startS3()
  captureMetrics()
})
beforeEach(() => vi.clearAllMocks())
afterAll(() => s3.stop())

interface Ending extends Partial<Run> {
  readonly now?: Date
  readonly metrics?: ReturnType<typeof createMetrics>
  readonly byTarget?: boolean
}

/** Ends a run with these outcomes of `repository@target`, and returns the log lines. */
async function publish(
  outcomes: Readonly<Record<string, Outcome>>,
  { now, metrics = createMetrics(), byTarget = false, ...run }: Ending = {},
): Promise<MetricsLine[]> {
  const meter = startMeter(
    { run: { name: 'run-1', dryRun: false, ...run }, stateMachine: STATE_MACHINE },
    metrics,
    { store: openWorkBucket('work'), onOddity: oddities },
    { now, byTarget },
  )
  for (const [repository, outcome] of Object.entries(outcomes)) {
    const [name = '', target = 'us-east-1'] = repository.split('@')
    meter.add({ target, repository: name, outcome, bytes: 1_000, seconds: 2.5 })
  }
  const count = (wanted: Outcome) => Object.values(outcomes).filter((outcome) => outcome === wanted).length
  await meter.end({
    images: Object.keys(outcomes).length,
    pairs: Object.keys(outcomes).length,
    inSync: count('inSync'),
    synced: count('synced'),
    deferred: count('deferred'),
    failed: count('failed'),
  })
  return takeMetrics()
}

const hoursAfter = (hours: number) => new Date(Date.UTC(2026, 10, 1, hours))

test('publishes the pairs by outcome, and the work of the builds', async () => {
  const [line, ...others] = await publish({
    a: 'inSync',
    b: 'synced',
    c: 'synced',
    d: 'deferred',
    e: 'failed',
  })
  expect(others).toEqual([])
  expect(line).toMatchObject({
    service: 'image-mirror',
    StateMachine: 'mirror',
    run: 'run-1',
    InSync: 1,
    Synced: 2,
    Deferred: 1,
    Failed: 1,
    Bytes: 5_000,
    Seconds: 12.5,
  })
  expect(line?._aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'ImageMirror',
      Dimensions: [['service', 'StateMachine']],
      Metrics: [
        { Name: 'InSync', Unit: 'Count' },
        { Name: 'Synced', Unit: 'Count' },
        { Name: 'Deferred', Unit: 'Count' },
        { Name: 'Failed', Unit: 'Count' },
        { Name: 'Bytes', Unit: 'Bytes' },
        { Name: 'Seconds', Unit: 'Seconds' },
      ],
    },
  ])
})

test('publishes the freshness of a schedule, and stores it for the next run', async () => {
  const schedule = 'rate(1 day)'
  await publish({ a: 'synced', b: 'synced' }, { schedule, now: hoursAfter(0) })
  await publish({ a: 'inSync', b: 'deferred' }, { schedule, now: hoursAfter(24) })
  const [, line] = await publish({ a: 'failed', b: 'deferred' }, { schedule, now: hoursAfter(48) })
  expect(line).toMatchObject({ Schedule: schedule, Freshness: 48, Failed: 1, oldest: 'us-east-1/b' })
  expect(line?._aws.CloudWatchMetrics).toMatchObject([
    {
      Dimensions: [['service', 'StateMachine', 'Schedule']],
      Metrics: [
        { Name: 'Freshness', Unit: 'None' },
        { Name: 'Failed', Unit: 'Count' },
      ],
    },
  ])
})

test('publishes a freshness of 0 for a run that verifies all pairs', async () => {
  const [, line] = await publish({ a: 'synced' }, { schedule: 'rate(2 days)' })
  expect(line).toMatchObject({ Freshness: 0 })
  expect(line).not.toHaveProperty('oldest')
})

test('publishes each run of a warm function independently', async () => {
  const metrics = createMetrics()
  const lines = await publish({ a: 'deferred' }, { schedule: 'rate(4 days)', now: hoursAfter(0), metrics })
  const again = await publish({ a: 'synced' }, { name: 'run-2', now: hoursAfter(1), metrics })
  expect(lines).toHaveLength(2)
  expect(again).toHaveLength(1)
  expect(again[0]).toMatchObject({ run: 'run-2', Synced: 1, Deferred: 0 })
  expect(again[0]).not.toHaveProperty('Schedule')
  expect(again[0]).not.toHaveProperty('oldest')
  expect(console.warn).not.toHaveBeenCalled()
})

test('keeps the freshness of schedules apart', async () => {
  await publish({ a: 'synced' }, { schedule: 'rate(1 hour)', now: hoursAfter(0) })
  const [, line] = await publish({ a: 'deferred' }, { schedule: 'rate(2 hours)', now: hoursAfter(100) })
  expect(line).toMatchObject({ Freshness: 0 })
})

test('publishes nothing for a dry run', async () => {
  expect(await publish({ a: 'stale' }, { dryRun: true })).toEqual([])
})

test('logs unreadable freshness, and does not fail the report', async () => {
  const schedule = 'rate(3 days)'
  await openWorkBucket('work').writeJson(freshnessKey(schedule), { broken: true })
  expect(await publish({ a: 'synced' }, { schedule })).toHaveLength(1)
  expect(oddities).toHaveBeenCalledWith('failed to publish the metrics of the run', {
    error: expect.objectContaining({ message: expect.stringContaining(freshnessKey(schedule)) }),
  })
})

const OF_TARGETS = {
  a: 'failed',
  'a@prod/us-east-1': 'failed',
  'b@prod/us-east-1': 'failed',
  'a@harbor': 'synced',
} as const

test('publishes outcomes and bytes again for each target, if the list asks for it', async () => {
  const [line, ...others] = await publish(OF_TARGETS, { byTarget: true })
  expect(line).toMatchObject({ Failed: 3, Synced: 1, Bytes: 4_000 })
  expect(line).not.toHaveProperty('Target')
  expect(others).toMatchObject([
    { Target: 'us-east-1', Failed: 1, Synced: 0, InSync: 0, Deferred: 0, Bytes: 1_000 },
    { Target: 'prod/us-east-1', Failed: 2, Synced: 0, Bytes: 2_000 },
    { Target: 'harbor', Failed: 0, Synced: 1, Bytes: 1_000 },
  ])
  expect(others[0]?._aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'ImageMirror',
      Dimensions: [['service', 'StateMachine', 'Target']],
      Metrics: [
        { Name: 'InSync', Unit: 'Count' },
        { Name: 'Synced', Unit: 'Count' },
        { Name: 'Deferred', Unit: 'Count' },
        { Name: 'Failed', Unit: 'Count' },
        { Name: 'Bytes', Unit: 'Bytes' },
      ],
    },
  ])
})

test('keeps the metrics of targets and of the schedule apart', async () => {
  const lines = await publish(OF_TARGETS, { schedule: 'rate(5 days)', now: hoursAfter(0), byTarget: true })
  expect(lines.map((line) => [line.Target, line.Schedule, line.Failed])).toEqual([
    [undefined, undefined, 3],
    ['us-east-1', undefined, 1],
    ['prod/us-east-1', undefined, 2],
    ['harbor', undefined, 0],
    [undefined, 'rate(5 days)', 3],
  ])
})

test('publishes nothing by target otherwise', async () => {
  expect(await publish(OF_TARGETS)).toHaveLength(1)
  expect(await publish({ a: 'stale' }, { dryRun: true, byTarget: true })).toEqual([])
})
