// What builds and jobs cost and take, whatever the design that starts them.
import { expect, test } from 'vitest'
import {
  betweenRegions,
  dockerBuilds,
  fargateTasks,
  imagesByRegion,
  type Jobs,
  kindsOf,
  runOf,
} from '../../estimate/design.ts'
import { ASSUMED, DEFAULT_CONCURRENCY, type Workload } from '../../estimate/estimate-model.ts'
import { PRICES } from '../../estimate/prices.ts'

const work: Workload = {
  regionsOf: [3, 1, 3],
  runsPerMonth: 30,
  changesPerMonth: 4,
  gigabytes: 0.5,
  compute: 'ec2',
  concurrency: { ...DEFAULT_CONCURRENCY, builds: 4 },
}

const jobs = (count: number, seconds: number, allowedSeconds = 3600): Jobs => ({
  count,
  seconds,
  dollars: 2,
  allowedSeconds,
})

test('a build with Docker is billed by the started minute, its start included', () => {
  const minuteOfWork = 60 - ASSUMED.buildStartSeconds
  expect(dockerBuilds(7, minuteOfWork)).toMatchObject({
    count: 7,
    seconds: 60,
    dollars: PRICES.x86BuildMinute,
  })
  expect(dockerBuilds(1, minuteOfWork + 1).dollars).toBe(2 * PRICES.x86BuildMinute)
})

test('a task of Fargate is billed by the second, and for a minute at least', () => {
  const task = { cpus: 2, gigabytes: 4, allowedSeconds: 300 }
  const dollars = (workSeconds: number) => fargateTasks(1, workSeconds, task).dollars
  expect(dollars(0)).toBe(dollars(60 - ASSUMED.buildStartSeconds))
  expect(dollars(3600 - ASSUMED.buildStartSeconds)).toBeCloseTo(
    (2 * PRICES.fargateCpuHour + 4 * PRICES.fargateGbHour) * 0.3 + PRICES.publicAddressHour,
  )
  expect(dollars(161 - ASSUMED.buildStartSeconds) / dollars(0)).toBeCloseTo(161 / 60)
})

test('a run takes as long as its jobs need in turn, and never less than the longest of them', () => {
  expect(runOf([jobs(8, 1800)], work, 0).hours).toBe(1)
  expect(runOf([jobs(8, 1800), jobs(1, 36_000)], work, 0).hours).toBe(10)
  expect(runOf([jobs(1, 1800)], work, 0).hours).toBe(0.5)
})

test('a run costs its jobs, and what is sent between regions', () => {
  expect(runOf([jobs(3, 60), jobs(2, 60)], work, 100)).toMatchObject({
    starts: 5,
    dollars: 5 * 2 + 100 * PRICES.regionGb,
  })
})

test('the job that stands out is the one nearest to its limit, not the longest', () => {
  expect(runOf([jobs(1, 1000, 3600), jobs(1, 200, 300)], work, 0).longest).toMatchObject({ seconds: 200 })
})

test('a run that starts nothing takes no time and has no longest job', () => {
  expect(runOf([jobs(0, 60)], work, 0)).toEqual({ starts: 0, dollars: 0, hours: 0 })
})

test('images are counted by region, and by how many regions they go to', () => {
  expect(imagesByRegion(work)).toEqual([3, 2, 2])
  expect(kindsOf(work)).toEqual([
    { images: 2, regions: 3 },
    { images: 1, regions: 1 },
  ])
})

test('all but the first region of each image are sent to', () => {
  expect(betweenRegions(work, 0.5)).toBe(4 * 0.5)
})
