// A small chaos run; `npm run test:chaos` runs a large one.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Chaos, runChaos } from './run.ts'

const REGIONS = ['us-east-1', 'eu-west-1']
let folder: string
let chaos: Chaos

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-'))
  chaos = await runChaos({ folder, seed: 4, images: 20, regions: REGIONS, rate: 0.05, stale: 4 })
})
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))

test('injects faults at most boundaries', () => {
  const struck = Object.entries(chaos.faults).filter(([, tally]) => tally.struck > 0)
  expect(struck.map(([boundary]) => boundary)).toEqual(expect.arrayContaining(['ECR registry', 'S3']))
  expect(struck.length).toBeGreaterThanOrEqual(4)
})

test('ends every pair as expected, by a check of the targets', () => {
  expect(chaos.wrong).toEqual([])
  expect(Object.values(chaos.outcomes).reduce((sum, count) => sum + count, 0)).toBe(40)
  // Two images cannot be mirrored. The regions have most of the others already.
  expect(chaos.outcomes).toMatchObject({ inSync: expect.any(Number), synced: expect.any(Number) })
  expect(chaos.outcomes.failed).toBeGreaterThanOrEqual(4)
})

test('sends exactly one alert', () => {
  expect(chaos.amiss).toEqual([])
  expect(chaos.executed.alerts).toHaveLength(1)
})
