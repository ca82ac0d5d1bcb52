// Cost and duration of builds and jobs, for any design.
import { expect, test } from 'vitest'
import { ASSUMED } from '../../estimate/assumed.ts'
import { betweenRegions, dockerBuilds, fargateTasks, type Jobs, runOf } from '../../estimate/design.ts'
import { PRICES } from '../../estimate/prices.ts'
import type { UniformList } from '../../estimate/uniform.ts'
import { DEFAULT_CONCURRENCY } from '../../estimate/workload.ts'
import { LIST } from './workload.ts'

const work: UniformList = {
  ...LIST,
  regionsOf: [3, 1, 3],
  concurrency: { ...DEFAULT_CONCURRENCY, builds: 4 },
}

const jobs = (count: number, seconds: number, allowedSeconds = 3600): Jobs => ({
  count,
  seconds,
  dollars: 2,
  allowedSeconds,
})

test('bills a Docker build per started minute, including its start', () => {
  const minuteOfWork = 60 - ASSUMED.buildStartSeconds
  expect(dockerBuilds(7, minuteOfWork)).toMatchObject({
    count: 7,
    seconds: 60,
    dollars: PRICES.x86BuildMinute,
  })
  expect(dockerBuilds(1, minuteOfWork + 1).dollars).toBe(2 * PRICES.x86BuildMinute)
})

test('bills a Fargate task per second, with a minimum of one minute', () => {
  const task = { cpus: 2, gigabytes: 4, allowedSeconds: 300 }
  const dollars = (workSeconds: number) => fargateTasks(1, workSeconds, task).dollars
  expect(dollars(0)).toBe(dollars(60 - ASSUMED.buildStartSeconds))
  expect(dollars(3600 - ASSUMED.buildStartSeconds)).toBeCloseTo(
    (2 * PRICES.fargateCpuHour + 4 * PRICES.fargateGbHour) * 0.3 + PRICES.publicAddressHour,
  )
  expect(dollars(161 - ASSUMED.buildStartSeconds) / dollars(0)).toBeCloseTo(161 / 60)
})

test('a run takes the time of its jobs divided by the concurrency, and at least that of the longest job', () => {
  expect(runOf([jobs(8, 1800)], work, 0).hours).toBe(1)
  expect(runOf([jobs(8, 1800), jobs(1, 36_000)], work, 0).hours).toBe(10)
  expect(runOf([jobs(1, 1800)], work, 0).hours).toBe(0.5)
})

test('a run costs the sum of its jobs and of the transfer between regions', () => {
  expect(runOf([jobs(3, 60), jobs(2, 60)], work, 100)).toMatchObject({
    starts: 5,
    dollars: 5 * 2 + 100 * PRICES.regionGb,
  })
})

test('reports the job closest to its limit instead of the longest job', () => {
  expect(runOf([jobs(1, 1000, 3600), jobs(1, 200, 300)], work, 0).longest).toMatchObject({ seconds: 200 })
})

test('a run without jobs takes no time and has no longest job', () => {
  expect(runOf([jobs(0, 60)], work, 0)).toEqual({ starts: 0, dollars: 0, hours: 0 })
})

test('sends each image to all its regions except the first', () => {
  expect(betweenRegions(work, 0.5)).toBe(4 * 0.5)
})
