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
  world = await startWorld({ regions: REGIONS, images: IMAGES })
})
afterAll(() => world.stop())

test(`reports each broken run of ${RUNS} runs exactly once, and no other`, async () => {
  const random = seededRandom(SEED)
  const ends: Record<string, number> = {}
  for (let number = 1; number <= RUNS; number++) {
    const drawn = draw(random, IMAGES, REGIONS)
    const stop = new AbortController()
    const told = await world.run(
      faultsOf(drawn, () => stop.abort()),
      { signal: stop.signal },
    )
    expectTold(told, drawn, `run ${number}: ${JSON.stringify(drawn)}`)
    const end = told.ended.status === 'FAILED' ? (told.ended.error ?? '') : told.ended.status
    ends[end] = (ends[end] ?? 0) + 1
  }
  // All kinds of ends must have occurred often enough.
  for (const end of [
    'SUCCEEDED',
    'MirrorFailed',
    'ABORTED',
    StatesErrorName.ItemReaderFailed,
    'SNS.SdkClientException',
  ])
    expect(ends[end], `${end} in ${JSON.stringify(ends)}`).toBeGreaterThanOrEqual(1)
})

function expectTold(told: Told, { run, pairs }: Drawn, why: string): void {
  const failed = pairs.filter(({ end }) => end === 'failed').map(({ image, region }) => `${image} ${region}`)
  const breaks = run !== 'fine' && (run !== StateName.SendAlert || failed.length > 0)
  const broken = breaks || failed.length > 0
  expect(told.ended.status !== 'SUCCEEDED', why).toBe(broken)
  expect(told.messages, why).toHaveLength(broken ? 1 : 0)
  const [message = ''] = told.messages
  expect(message.includes('without reporting which pairs failed'), why).toBe(breaks)
  if (breaks) return
  expect(toldIn(message), why).toEqual(failed.sort())
  for (const { image, region, end } of pairs) {
    const reported = told.report?.pairs.find((pair) => pair.image === image && pair.region === region)
    expect(reported?.outcome, why).toBe(end)
  }
}

/** The pairs in the rerun command of the alert. */
function toldIn(message: string): string[] {
  const [, input] = /--input '(.*)'/.exec(message) ?? []
  const { only = [] } = JSON.parse(input ?? '{}') as { only?: { image: string; target: string }[] }
  return only.map(({ image, target }) => `${image} ${target}`).sort()
}
