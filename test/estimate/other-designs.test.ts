// Builds, transfer and time of the other designs, checked by hand for a small list.
import { expect, test } from 'vitest'
import { ASSUMED } from '../../estimate/assumed.ts'
import { OTHER_DESIGNS } from '../../estimate/other-designs.ts'
import { PRICES } from '../../estimate/prices.ts'
import type { UniformList } from '../../estimate/uniform.ts'
import { DEFAULT_CONCURRENCY } from '../../estimate/workload.ts'

// Ten images in four regions. A platform of half a GB takes 10 s to pull and 10 s to push.
const work: UniformList = {
  regionsOf: Array(10).fill(4),
  runsPerMonth: 30,
  changesPerMonth: 4,
  gigabytes: 1,
  compute: 'ec2',
  concurrency: { ...DEFAULT_CONCURRENCY, builds: 100 },
}
const [batch, stackPerRegion, buildPerImage, buildPerPush, mesh, replication, cache] = OTHER_DESIGNS.map(
  (design) => ({ ...design, unchanged: design.run(work, 0), changed: design.run(work, 1) }),
)
const START = ASSUMED.buildStartSeconds
const MINUTE = PRICES.x86BuildMinute
const sent = (gigabytes: number) => gigabytes * PRICES.regionGb

test('Batch compares all images in one job, in sequence, and copies each image in its own job', () => {
  const looking = START + 10 * ASSUMED.resolveSeconds + 40 * ASSUMED.diffSeconds
  expect(batch?.unchanged).toMatchObject({
    starts: 1,
    longest: { seconds: looking, allowedSeconds: 3600 },
  })
  expect(batch?.changed).toMatchObject({
    starts: 11,
    longest: { seconds: START + 4 * 20, allowedSeconds: 300 },
  })
  expect(batch?.changed.dollars).toBeGreaterThan(sent(30) + (batch?.unchanged.dollars ?? 0))
})

test('a stack per region starts one build for all changed images, and sends nothing to other regions', () => {
  expect(stackPerRegion?.unchanged).toEqual({ starts: 0, dollars: 0, hours: 0 })
  expect(stackPerRegion?.changed.starts).toBe(4)
  // 20 s to start and ten times 20 s.
  expect(stackPerRegion?.changed.dollars).toBeCloseTo(4 * 4 * MINUTE)
  expect(stackPerRegion?.changed.hours).toBeCloseTo(220 / 3600)
  expect(stackPerRegion?.standing(work)).toBe(4 * PRICES.pipelineMonth)
})

test('a region starts no build in a run in which none of its images has changed', () => {
  // A tenth of five images is half an image per run, so every second run has a build.
  const run = stackPerRegion?.run({ ...work, regionsOf: Array(5).fill(4) }, 0.1)
  expect(run?.starts).toBeCloseTo(4 * 0.5)
  expect(run?.longest?.seconds).toBe(START + 20)
})

test('a build per image starts and pulls, even if the image has not changed', () => {
  expect(buildPerImage?.unchanged).toMatchObject({
    starts: 10,
    dollars: 10 * MINUTE,
    longest: { seconds: 30 },
  })
  expect(buildPerImage?.changed).toMatchObject({ starts: 10, longest: { seconds: START + 10 + 40 } })
  expect(buildPerImage?.changed.dollars).toBeCloseTo(10 * 2 * MINUTE + sent(15))
})

test('a push of two platforms starts three builds, one of which copies to the other regions', () => {
  expect(buildPerPush?.unchanged).toEqual({ starts: 0, dollars: 0, hours: 0 })
  expect(buildPerPush?.changed).toMatchObject({ starts: 30, longest: { seconds: START + 10 + 30 } })
  expect(buildPerPush?.changed.dollars).toBeCloseTo(30 * MINUTE + sent(15))
})

test('in a mesh, each copy starts one more build, in the region that receives it', () => {
  expect(mesh?.changed.starts).toBe(30 + 10 * 3)
  expect(mesh?.changed.dollars).toBeCloseTo((buildPerPush?.changed.dollars ?? 0) + 30 * MINUTE)
})

test('replication costs only the transfer, and reaches at most 25 destinations', () => {
  expect(replication?.changed).toEqual({ starts: 0, dollars: sent(30) })
  expect(replication?.refuses({ ...work, regionsOf: [26] })).toBeUndefined()
  expect(replication?.refuses({ ...work, regionsOf: [1, 27] })).toBe('26 destinations, the limit is 25')
})

test('the pull-through cache costs only storage', () => {
  expect(cache?.changed).toEqual({ starts: 0, dollars: 0 })
})

test('larger images cost more in all designs except the cache', () => {
  for (const design of OTHER_DESIGNS.filter(({ name }) => name !== cache?.name)) {
    const large = design.run({ ...work, gigabytes: 20 }, 1).dollars
    expect(large, design.name).toBeGreaterThan(design.run(work, 1).dollars)
  }
})
