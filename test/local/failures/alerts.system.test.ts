// Runs with many random faults, from a seed. The expected alerts follow from the drawn faults.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'
import { StateName } from '../../../statemachine/state-names.ts'
import { seededRandom } from '../../support/random.ts'
import { type Drawn, draw, faultsOf } from './draw.ts'
import { startWorld, type Told, type World } from './world.ts'

const IMAGES = [
  'docker.io/library/redis:7.4',
  'docker.io/library/nginx:1.29',
  'quay.io/prometheus/node-exporter:v1.8.2',
]
const REGIONS = ['us-east-1', 'eu-west-1']
const RUNS = 60
const SEED = 471_108

let world: World
beforeAll(async () => {
  world = await startWorld({ regions: REGIONS, images: IMAGES }, { remembers: true })
})
afterAll(() => world.stop())

test(`reports each broken run of ${RUNS} runs exactly once, and no other`, async () => {
  const random = seededRandom(SEED)
  const ends: Record<string, number> = {}
  /** The pairs, and Plan, whose failure was reported and that have not recovered since. */
  const told = new Set<string>()
  for (let number = 1; number <= RUNS; number++) {
    const drawn = draw(random, IMAGES, REGIONS)
    const stop = new AbortController()
    const done = await world.run(
      faultsOf(drawn, () => stop.abort()),
      { signal: stop.signal },
    )
    expectTold(done, drawn, told, `run ${number}: ${JSON.stringify(drawn)}`)
    const end = done.ended.status === 'FAILED' ? (done.ended.error ?? '') : done.ended.status
    ends[end] = (ends[end] ?? 0) + 1
  }
  // All kinds of ends must have occurred often enough.
  for (const end of [
    'SUCCEEDED',
    'MirrorFailed',
    'PlanFailed',
    'ABORTED',
    StatesErrorName.ItemReaderFailed,
    'SNS.SdkClientException',
  ])
    expect(ends[end], `${end} in ${JSON.stringify(ends)}`).toBeGreaterThanOrEqual(1)
})

function expectTold(done: Told, { run, pairs }: Drawn, told: Set<string>, why: string): void {
  const namesOf = (end: string) =>
    pairs.filter((pair) => pair.end === end).map(({ image, region }) => `${image} ${region}`)
  const failed = namesOf('failed')
  const reported = run === 'fine' || run === StateName.SendAlert
  const recovered = reported ? namesOf('synced').filter((pair) => told.delete(pair)) : []
  if (reported) for (const pair of failed) told.add(pair)
  const isPlanned = run !== StateName.Plan
  if (!isPlanned) told.add(run)
  const again = reported && told.delete(StateName.Plan)
  const speaks = failed.length + recovered.length > 0 || again
  const breaks = (!reported && isPlanned) || (run === StateName.SendAlert && speaks)
  expect(done.ended.status !== 'SUCCEEDED', why).toBe(breaks || !isPlanned || failed.length > 0)
  expect(done.messages, why).toHaveLength(breaks || !isPlanned || speaks ? 1 : 0)
  const [message = ''] = done.messages
  expect(message.includes('without reporting which pairs failed'), why).toBe(breaks)
  expect(message.includes('Nothing was mirrored.'), why).toBe(!isPlanned)
  if (breaks || !isPlanned) return
  expect(message.includes('IN SYNC AGAIN'), why).toBe(recovered.length > 0)
  const rerun = done.rerun?.map(({ image, target }) => `${image} ${target}`) ?? []
  expect(rerun.sort(), why).toEqual(failed.sort())
  for (const { image, region, end } of pairs) {
    const reported = done.report?.pairs.find((pair) => pair.image === image && pair.region === region)
    expect(reported?.outcome, why).toBe(end)
  }
}
