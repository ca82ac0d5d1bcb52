// A long list does not leak memory in the engine: runs the synthesized workflow with services that respond at once,
// and measures the heap. `npm run test:scale` uses real services and 10,000 images.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeAll, expect, test } from 'vitest'
import { CLOCKS } from '../../local/clock.ts'
import type { Json } from '../../local/json.ts'
import { createMachine } from '../../local/stepfunctions/engine.ts'
import { followRun } from '../../local/stepfunctions/progress.ts'
import { startTime } from '../../local/stepfunctions/time.ts'
import { definition } from '../statemachine/definition.ts'
import { AT, imageInput, POINTER } from '../statemachine/execute.ts'
import { ARN, documentsInMemory } from './machines.ts'
import { watch } from './scale/watch.ts'

const IMAGES = 300
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2']
/** The numbers of pairs at which memory is measured: after warm-up, and near the end. */
const [EARLY, LATE] = [IMAGES, IMAGES * 2.9]

const heap = new Map<number, number>()
const watched = watch()
const text = JSON.stringify(definition())
const progress = followRun(text)
const documents = documentsInMemory({ 'work-bucket/plan.json': items() })
let ended: object

/** Heap size after garbage collection, which takes several passes because weak references hold signals. */
async function heapUsed(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
  return process.memoryUsage().heapUsed
}

function items(): Json {
  const [home = '', ...others] = REGIONS
  const { image } = imageInput([[home], others])
  return Array.from({ length: IMAGES }, (_, index) => ({ ...image, id: `${index}-redis` })) as unknown as Json
}

beforeAll(async () => {
  let pairs = 0
  const answers: Readonly<Record<string, () => Json | Promise<Json>>> = {
    plan: () => ({
      run: { name: 'r', dryRun: false },
      items: { ...POINTER, key: 'plan.json' },
      resultsPrefix: 'p',
    }),
    resolve: () => ({ ...POINTER }),
    diff: async () => {
      const pair = ++pairs
      if (pair === EARLY || pair === LATE) heap.set(pair, await heapUsed())
      return { status: 'inSync', at: AT }
    },
    report: () => ({ failed: false }),
  }
  const { execute } = createMachine({
    arn: ARN,
    definition: text,
    documents,
    time: startTime(CLOCKS.instant),
    services: async ({ resource }) => answers[resource.split(':').at(-1) ?? '']?.() ?? null,
    onEvent(event) {
      watched.onEvent(event)
      progress.onEvent(event)
    },
  })
  ended = await execute({}, { name: 'r' })
})

test('finds every pair in sync, and counts every transition', () => {
  expect(ended).toMatchObject({ status: 'SUCCEEDED' })
  expect(progress.pairs()).toHaveLength(IMAGES * REGIONS.length)
  expect(new Set(progress.pairs().map(({ state }) => state))).toEqual(new Set(['inSync']))
  expect(watched.children()).toBe(IMAGES)
  // A run takes 8 transitions. An image takes its start, Resolve, the Maps of its two waves and its end. A pair takes
  // 3.
  expect(watched.transitions()).toBe(8 + IMAGES * (6 + REGIONS.length * 3))
})

test('stores less than 2 KB per image', () => {
  const growth = (heap.get(LATE) ?? 0) - (heap.get(EARLY) ?? 0)
  const images = (LATE - EARLY) / REGIONS.length
  expect(heap.size).toBe(2)
  expect(growth / images).toBeLessThan(2_000)
})
