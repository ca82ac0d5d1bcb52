// Images that share layers are mirrored with transient faults at every registry: what is reported is what targets hold,
// and one further run completes the rest.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openCache } from '../../../cli/sync/cache.ts'
import { createNearbyReader } from '../../../cli/sync/nearby.ts'
import { createOutages } from '../../../cli/sync/outages.ts'
import { runImages } from '../../../cli/sync/run-images.ts'
import { trackPairs } from '../../../cli/sync/tracker.ts'
import { createSession } from '../../../copy/session.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { planItems } from '../../../mirror/plan/plan.ts'
import { digestOf } from '../../../registry/model/digest.ts'
import { createRegistries } from '../../../registry/open.ts'
import { AMD64, closureOf, multiArch } from '../../copy/images.ts'
import { layerOf } from '../../copy/registries.ts'
import { type Action, afterReading, answer, loseAnswer, refuse } from '../../support/actions.ts'
import { fakeClock } from '../../support/clock.ts'
import { pick, seededRandom } from '../../support/random.ts'
import { TRANSIENT } from '../../support/transient.ts'
import { openSyncWorld, type SyncWorld } from './world.ts'

const FAULTS: [Action, ...Action[]] = [
  ...TRANSIENT,
  loseAnswer,
  afterReading(answer(503)),
  afterReading(refuse(404, 'BLOB_UPLOAD_UNKNOWN', 'gone')),
]
const NAMES = ['index', 'a', 'b', 'c', 'd']

let world: SyncWorld
beforeEach(async () => {
  world = await openSyncWorld()
  await multiArch(await world.source.build('team/index'), '1.0', { size: 20_000 })
  for (const name of NAMES.slice(1)) {
    const build = await world.source.build(`team/${name}`)
    const layers = [layerOf('base', 20_000), layerOf('runtime', 9_000), layerOf(name, 5_000)]
    await build.tag('1.0', await build.image(AMD64, layers))
  }
})
afterEach(() => world[Symbol.asyncDispose]())

async function mirror() {
  const clock = fakeClock(0.5)
  const timeouts = { answerMs: 5_000, stallMs: 5_000 }
  const registries = createRegistries({ clock, timeouts, environment: {} })
  const { signal } = new AbortController()
  const list = parseList(world.listOf(...NAMES.map((name) => `SOURCE/team/${name}:1.0`)), 'list.yaml')
  const items = planItems({ list, file: 'list.yaml' })
  try {
    const images = await runImages(items, {
      run: { name: 'faults', dryRun: false },
      registries,
      nearby: createNearbyReader(signal),
      session: createSession(clock),
      outages: createOutages(clock),
      cache: openCache(undefined),
      tracker: trackPairs(items, () => {}),
      clock,
      maxWaitMs: 600_000,
      signal,
    })
    return images.flat()
  } finally {
    await registries.close()
  }
}

test('a blob that a target never takes fails the images that have it, at that target alone', async () => {
  const digest = digestOf(layerOf('runtime', 9_000).bytes)
  world.targets[0].breakWith((request, response) => {
    if (request.method !== 'PUT' || !request.url?.includes(encodeURIComponent(digest))) return false
    response.writeHead(500).end()
    return true
  })
  const pairs = await mirror()
  const failed = pairs.filter(({ outcome }) => outcome !== 'synced')
  expect(failed.map(({ target, repository }) => `${target} ${repository}`)).toEqual(
    ['a', 'b', 'c', 'd'].map((name) => `one mirror/team/${name}`),
  )
  expect(await heldAt('one', 'mirror/team/index')).toBeDefined()
  for (const name of NAMES) expect(await heldAt('two', `mirror/team/${name}`)).toBeDefined()
  world.targets[0].breakWith(undefined)
  expect((await mirror()).map(({ outcome }) => outcome)).not.toContain('failed')
  await world.expectWhole('mirror/team/d', '1.0')
})

test('two runs at the same time complete each other', async () => {
  const [one, two] = await Promise.all([mirror(), mirror()])
  expect([...one, ...two].filter(({ outcome }) => outcome !== 'synced' && outcome !== 'inSync')).toEqual([])
  for (const name of NAMES) await world.expectWhole(`mirror/team/${name}`, '1.0')
})

/** The content of the tag at a target, which must be whole. Undefined if the target does not have the tag. */
async function heldAt(target: string, repository: string): Promise<string | undefined> {
  const { store } = world.targets[target === 'one' ? 0 : 1]
  const digest = await store.tags.find(repository, '1.0').catch(() => undefined)
  if (digest !== undefined) await closureOf(store, repository, digest)
  return digest
}

test.each(Array.from({ length: 8 }, (_, index) => 100 + index))(
  'reports what targets hold after faults at one request in twelve, seed %i',
  async (seed) => {
    const random = seededRandom(seed)
    let isFaulty = true
    for (const registry of [world.source, ...world.targets]) {
      registry.faults.add(
        { on: () => isFaulty && random() < 1 / 12, times: Number.POSITIVE_INFINITY },
        (...request) => pick(FAULTS, random)(...request),
      )
    }
    for (const { target, repository, outcome, tags } of await mirror()) {
      const held = await heldAt(target, repository)
      if (outcome === 'synced' || outcome === 'inSync') expect(held).toBe(tags[0]?.digest)
    }
    isFaulty = false
    const after = await mirror()
    expect(after.map(({ outcome, error }) => error ?? outcome)).not.toContainEqual(expect.any(Object))
    for (const { target, repository, tags } of after) {
      expect(await heldAt(target, repository)).toBe(tags[0]?.digest)
    }
  },
)
