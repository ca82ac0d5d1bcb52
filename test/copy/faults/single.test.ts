// Each single fault that breaks other copiers: the copy succeeds, and sends few bytes twice.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { builder } from '../../../local/upstream/builder.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import { answer, flip, stallAfter } from '../../support/actions.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'
import { type TokenAuth, tokenAuth } from '../../support/token-auth.ts'
import { AMD64, closureOf } from '../images.ts'
import { FROM, TO } from '../pair.ts'
import { layerOf } from '../registries.ts'
import {
  BLOB,
  copyImage,
  DATA,
  LAYER_SIZE,
  LAYERS,
  MANIFEST,
  SINGLE_FAULTS,
  whenOf,
} from './single-faults.ts'

interface Side {
  readonly registry: FaultyRegistry
  readonly auth: TokenAuth
}

let sides: { readonly source: Side; readonly target: Side }
let root: Descriptor
let config: Descriptor
beforeEach(async () => {
  sides = { source: await startSide(), target: await startSide() }
  const { store } = sides.source.registry
  await store.repositories.create(FROM)
  const layers = Array.from({ length: LAYERS }, (_, index) => layerOf(`layer ${index}`, LAYER_SIZE))
  root = await builder(store, FROM).image(AMD64, layers)
  config = JSON.parse(String(await store.manifests.bytes(root.digest))).config
})
afterEach(async () => {
  for (const { registry } of Object.values(sides)) await registry[Symbol.asyncDispose]()
})

async function startSide(): Promise<Side> {
  const auth = tokenAuth()
  return { registry: await startFaultyRegistry({ quirks: { auth } }), auth }
}

const copy = (): Promise<void> =>
  copyImage(sides.source.registry.address, sides.target.registry.address, root)

const tagsAtTarget = () => sides.target.registry.store.tags.all(TO)

async function expectSurvived(): Promise<void> {
  await copy()
  const { store } = sides.target.registry
  expect(await store.tags.find(TO, '1.0')).toBe(root.digest)
  expect(await closureOf(store, TO, root.digest)).toHaveLength(LAYERS + 2)
}

/** Bytes of layers that the target received more than once. */
function sentTwice(): number {
  const requests = sides.target.registry.matching(DATA)
  const received = requests.reduce((sum, request) => sum + request.received(), 0)
  return received - LAYERS * LAYER_SIZE - config.size
}

describe.each(SINGLE_FAULTS)('$name', (fault) => {
  test('is survived, and costs the broken part at most', async () => {
    const { faults } = sides[fault.side].registry
    faults.add(whenOf(fault, config), fault.action)
    await expectSurvived()
    expect(faults.struck()).toBe(fault.times ?? 1)
    expect(sentTwice()).toBeLessThanOrEqual(LAYER_SIZE)
  })
})

describe.each([
  ['source', BLOB],
  ['target', DATA],
] as const)('a token of the %s that is revoked midway', (side, on) => {
  test('is renewed', async () => {
    const { registry, auth } = sides[side]
    let revoked = 0
    registry.faults.add({ on, skip: 2 }, (request, response, handler) => {
      revoked++
      auth.revoke()
      handler(request, response)
    })
    await expectSurvived()
    expect(revoked).toBe(1)
  })
})

test('a bit that is flipped in every answer is refused, and leaves no tag behind', async () => {
  sides.source.registry.faults.add({ on: BLOB, times: Number.POSITIVE_INFINITY }, flip(100))
  await expect(copy()).rejects.toMatchObject({ kind: 'invalidContent' })
  expect(await tagsAtTarget()).toEqual(new Map())
})

test('a source that stalls for good is given up after six tries of each blob', async () => {
  const { registry } = sides.source
  registry.faults.add({ on: BLOB, times: Number.POSITIVE_INFINITY }, stallAfter(100))
  await expect(copy()).rejects.toMatchObject({ kind: 'unavailable' })
  const tries = Map.groupBy(registry.matching(BLOB), ({ path }) => path)
  expect(Math.max(...[...tries.values()].map(({ length }) => length))).toBe(6)
})

describe.each([400, 401, 403, 404])('a permanent %i', (status) => {
  test('on a manifest costs one try', async () => {
    const { registry } = sides.source
    registry.faults.add({ on: MANIFEST, times: Number.POSITIVE_INFINITY }, answer(status))
    await expect(copy()).rejects.toThrow()
    // A rejected token is renewed once.
    expect(registry.matching(MANIFEST).length).toBeLessThanOrEqual(status === 401 || status === 403 ? 3 : 1)
    expect(await tagsAtTarget()).toEqual(new Map())
  })
})
