// Counted state transitions are those of the definition.
import { expect, test } from 'vitest'
import { TRANSITIONS, transitionsOf, transitionsPerMonth } from '../../estimate/transitions.ts'
import { uniformWorkload } from '../../estimate/uniform.ts'
import { CLOCKS } from '../../local/clock.ts'
import type { Json } from '../../local/json.ts'
import { createMachine } from '../../local/stepfunctions/engine.ts'
import { startTime } from '../../local/stepfunctions/time.ts'
import { ARN, documentsInMemory } from '../local/machines.ts'
import { watch } from '../local/scale/watch.ts'
import { definition } from '../statemachine/definition.ts'
import { AT, imageInput, POINTER } from '../statemachine/execute.ts'
import { LIST } from './workload.ts'

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2', 'sa-east-1']

/** Runs the whole definition, with images in so many regions each, and counts. */
async function transitionsOfRun(
  regionsOf: readonly number[],
  status: 'inSync' | 'stale',
  toPrune = 0,
): Promise<number> {
  const items = regionsOf.map((count) => {
    const [home, others] = [REGIONS.slice(0, 1), REGIONS.slice(1, count)]
    return imageInput(others.length === 0 ? [home] : [home, others]).image
  })
  const answers: Readonly<Record<string, Json>> = {
    plan: {
      run: { name: 'r', dryRun: false },
      items: { ...POINTER, key: 'plan.json', count: items.length },
      prune: { ...POINTER, count: toPrune },
      resultsPrefix: 'p',
    },
    resolve: { ...POINTER },
    diff: { status, at: AT, ...(status === 'stale' && { order: { ...POINTER } }) },
    'startBuild.sync': { Build: {} },
    outcome: { status: 'synced' },
    prune: {},
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
    const inSync = transitionsOf(uniformWorkload({ ...LIST, regionsOf }))
    expect(await transitionsOfRun(regionsOf, 'inSync')).toBe(inSync)
    const more = TRANSITIONS.pairSynced - TRANSITIONS.pairInSync
    const pairs = regionsOf.reduce((sum, count) => sum + count)
    expect(await transitionsOfRun(regionsOf, 'stale')).toBe(inSync + pairs * more)
  },
)

test('counts 158 transitions for ten unchanged images in three regions', () => {
  expect(transitionsOf(uniformWorkload({ ...LIST, regionsOf: Array(10).fill(3) }))).toBe(158)
})

test('counts one more in a run that prunes', async () => {
  const work = uniformWorkload({ ...LIST, regionsOf: [1] })
  const prunes = { ...work, images: work.images.map((image) => ({ ...image, prunes: true })) }
  expect(transitionsOf(prunes)).toBe(transitionsOf(work) + 1)
  expect(await transitionsOfRun([1], 'inSync', 1)).toBe(transitionsOf(prunes))
})

test('counts those of a month by the runs of each image, and by its builds', () => {
  const work = uniformWorkload(LIST)
  const [often, ...others] = work.images.map((image) => ({ ...image, runsPerMonth: 30 }))
  expect(transitionsPerMonth(work, 28)).toBe(30 * transitionsOf(work) + 28 * 3)
  const images = often === undefined ? [] : [{ ...often, runsPerMonth: 60 }, ...others]
  // Two images with two waves and three pairs each.
  expect(transitionsPerMonth({ ...work, images }, 0) - transitionsPerMonth(work, 0)).toBe(
    30 * 2 * (4 + 2 + 9),
  )
})
