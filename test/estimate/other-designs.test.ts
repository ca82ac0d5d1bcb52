// What the other designs start, send and wait for, counted by hand with a small list.
import { expect, test } from 'vitest'
import { ASSUMED, DEFAULT_CONCURRENCY, type Workload } from '../../estimate/estimate-model.ts'
import { OTHER_DESIGNS } from '../../estimate/other-designs.ts'
import { PRICES } from '../../estimate/prices.ts'

// Ten images in four regions; a platform of half a GB takes 10 s to pull, and 10 s to push.
const work: Workload = {
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

test('Batch compares in one job, one image after the other, and copies in a job for each image', () => {
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

test('a stack per region starts one build for all that has changed, and sends nothing to other regions', () => {
  expect(stackPerRegion?.unchanged).toEqual({ starts: 0, dollars: 0, hours: 0 })
  expect(stackPerRegion?.changed.starts).toBe(4)
  // 20 s to start and ten times 20 s.
  expect(stackPerRegion?.changed.dollars).toBeCloseTo(4 * 4 * MINUTE)
  expect(stackPerRegion?.changed.hours).toBeCloseTo(220 / 3600)
  expect(stackPerRegion?.standing(work)).toBe(4 * PRICES.pipelineMonth)
})

test('a region has no build in the runs in which none of its images has changed', () => {
  // A tenth of a list of five is half an image in each run: a build in every other one.
  const run = stackPerRegion?.run({ ...work, regionsOf: Array(5).fill(4) }, 0.1)
  expect(run?.starts).toBeCloseTo(4 * 0.5)
  expect(run?.longest?.seconds).toBe(START + 20)
})

test('a build per image starts and pulls, whether the image has changed or not', () => {
  expect(buildPerImage?.unchanged).toMatchObject({
    starts: 10,
    dollars: 10 * MINUTE,
    longest: { seconds: 30 },
  })
  expect(buildPerImage?.changed).toMatchObject({ starts: 10, longest: { seconds: START + 10 + 40 } })
  expect(buildPerImage?.changed.dollars).toBeCloseTo(10 * 2 * MINUTE + sent(15))
})

test('a push of two platforms starts three builds, of which one copies to the other regions', () => {
  expect(buildPerPush?.unchanged).toEqual({ starts: 0, dollars: 0, hours: 0 })
  expect(buildPerPush?.changed).toMatchObject({ starts: 30, longest: { seconds: START + 10 + 30 } })
  expect(buildPerPush?.changed.dollars).toBeCloseTo(30 * MINUTE + sent(15))
})

test('in a mesh each copy starts one more build, in the region that it has come to', () => {
  expect(mesh?.changed.starts).toBe(30 + 10 * 3)
  expect(mesh?.changed.dollars).toBeCloseTo((buildPerPush?.changed.dollars ?? 0) + 30 * MINUTE)
})

test('replication costs what it sends, to 25 destinations at most', () => {
  expect(replication?.changed).toEqual({ starts: 0, dollars: sent(30) })
  expect(replication?.refuses({ ...work, regionsOf: [26] })).toBeUndefined()
  expect(replication?.refuses({ ...work, regionsOf: [1, 27] })).toBe('26 destinations, of 25')
})

test('the cache costs nothing but storage', () => {
  expect(cache?.changed).toEqual({ starts: 0, dollars: 0 })
})

test('all designs but the cache cost more when images are larger', () => {
  for (const design of OTHER_DESIGNS.filter(({ name }) => name !== cache?.name)) {
    const large = design.run({ ...work, gigabytes: 20 }, 1).dollars
    expect(large, design.name).toBeGreaterThan(design.run(work, 1).dollars)
  }
})
