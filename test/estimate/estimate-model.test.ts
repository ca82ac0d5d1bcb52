// The model of costs: its transitions are those of the definition, and its parts add up to the total.
import { expect, test } from 'vitest'
import {
  costsOf,
  DEFAULT_CONCURRENCY,
  hoursOf,
  TRANSITIONS,
  totalOf,
  transitionsOf,
} from '../../estimate/estimate-model.ts'
import { PRICES } from '../../estimate/prices.ts'
import { CLOCKS } from '../../local/clock.ts'
import type { Json } from '../../local/json.ts'
import { createMachine } from '../../local/stepfunctions/engine.ts'
import { startTime } from '../../local/stepfunctions/time.ts'
import { ARN, documentsInMemory } from '../local/machines.ts'
import { watch } from '../local/scale/watch.ts'
import { definition } from '../statemachine/definition.ts'
import { AT, imageInput, POINTER } from '../statemachine/execute.ts'
import { WORKLOAD } from './workload.ts'

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2', 'sa-east-1']

/** Runs the whole definition, with images in so many regions each, and counts. */
async function transitionsOfRun(regionsOf: readonly number[], status: 'inSync' | 'stale'): Promise<number> {
  const items = regionsOf.map((count) => {
    const [home, others] = [REGIONS.slice(0, 1), REGIONS.slice(1, count)]
    return imageInput(others.length === 0 ? [home] : [home, others]).image
  })
  const answers: Readonly<Record<string, Json>> = {
    plan: {
      run: { name: 'r', dryRun: false },
      items: { ...POINTER, key: 'plan.json', count: items.length },
      resultsPrefix: 'p',
    },
    resolve: { ...POINTER },
    diff: { status, at: AT, ...(status === 'stale' && { order: { ...POINTER } }) },
    'startBuild.sync': { Build: {} },
    outcome: { status: 'synced' },
    report: { failed: false },
  }
  const watched = watch()
  let calls = 0
  const { execute } = createMachine({
    arn: ARN,
    definition: JSON.stringify(definition()),
    documents: documentsInMemory({ 'work-bucket/plan.json': items as unknown as Json }),
    time: startTime(CLOCKS.instant),
    async services({ resource }) {
      // Serializes the responses, because the engine loses events of pairs that end at the same instant.
      for (let turn = ++calls; turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve))
      return answers[resource.split(':').at(-1) ?? ''] ?? null
    },
    onEvent: watched.onEvent,
  })
  expect(await execute({}, { name: 'r' })).toMatchObject({ status: 'SUCCEEDED' })
  return watched.transitions()
}

test.each([[[1]], [[2]], [[4]], [[1, 3, 4]]])(
  'a run takes as many transitions as its regions say: %j',
  async (regionsOf) => {
    const inSync = transitionsOf({ ...WORKLOAD, regionsOf })
    expect(await transitionsOfRun(regionsOf, 'inSync')).toBe(inSync)
    const more = TRANSITIONS.pairSynced - TRANSITIONS.pairInSync
    const pairs = regionsOf.reduce((sum, count) => sum + count)
    expect(await transitionsOfRun(regionsOf, 'stale')).toBe(inSync + pairs * more)
  },
)

test('counts 158 transitions for ten unchanged images in three regions', () => {
  expect(transitionsOf({ ...WORKLOAD, regionsOf: Array(10).fill(3) })).toBe(158)
})

test('counts storage in every region, and transfer to all regions except the first', () => {
  const { storage, transfer } = costsOf(WORKLOAD)
  expect(storage).toBeCloseTo(7 * 0.5 * PRICES.ecrGbMonth)
  expect(transfer).toBeCloseTo(4 * 4 * 0.5 * PRICES.regionGb)
})

test('counts no builds and no transfer without changes, and only storage and the key without runs', () => {
  expect(costsOf({ ...WORKLOAD, changesPerMonth: 0 })).toMatchObject({ builds: 0, transfer: 0 })
  const { storage, other, ...rest } = costsOf({ ...WORKLOAD, runsPerMonth: 0, changesPerMonth: 0 })
  expect(Object.values(rest)).toEqual([0, 0, 0, 0])
  expect(other).toBe(PRICES.kmsKey)
  expect(storage).toBeGreaterThan(0)
})

test('bills builds per started minute on instances, and per second on Lambda', () => {
  // 20 s for the start, and 5 GB at 50 MB/s.
  const large = { ...WORKLOAD, gigabytes: 5 }
  expect(costsOf(large).builds).toBeCloseTo(7 * 4 * 2 * PRICES.buildMinute)
  expect(costsOf({ ...large, compute: 'lambda' }).builds).toBeCloseTo(
    7 * 4 * 120 * 2 * PRICES.lambdaBuildGbSecond,
  )
})

test('the total is the sum of the parts', () => {
  const costs = costsOf(WORKLOAD)
  expect(totalOf(costs)).toBeCloseTo(Object.values(costs).reduce((sum, cost) => sum + cost))
})

test('twice as many concurrent builds take half as long', () => {
  const hours = (builds: number) =>
    hoursOf({ ...WORKLOAD, concurrency: { ...DEFAULT_CONCURRENCY, builds } }).changed -
    hoursOf(WORKLOAD).unchanged
  expect(hours(2)).toBeCloseTo(hours(1) / 2)
  // A quota above the number of concurrent pairs does not help.
  expect(hours(1_000)).toBeCloseTo(hours(50))
})
