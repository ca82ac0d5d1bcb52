// Each single fault that breaks other copiers: the copy succeeds, and sends few bytes twice.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { builder } from '../../../local/upstream/builder.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import { answer, flip, stallAfter } from '../../support/actions.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'
import { tokenAuth } from '../../support/token-auth.ts'
import { AMD64, closureOf } from '../images.ts'
import { FROM, TO } from '../pair.ts'
import { layerOf } from '../registries.ts'
import { type FaultySide, testSingleFaults } from './single-fault-tests.ts'
import { BLOB, copyImage, LAYER_SIZE, LAYERS, MANIFEST } from './single-faults.ts'

interface Side extends FaultySide {
  readonly registry: FaultyRegistry
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
  const registry = await startFaultyRegistry({ quirks: { auth } })
  return { registry, auth, faults: registry.faults, matching: registry.matching }
}

const copy = (): Promise<void> =>
  copyImage(sides.source.registry.address, sides.target.registry.address, root)

const tagsAtTarget = () => sides.target.registry.store.tags.all(TO)

async function copyWhole(): Promise<void> {
  await copy()
  const { store } = sides.target.registry
  expect(await store.tags.find(TO, '1.0')).toBe(root.digest)
  expect(await closureOf(store, TO, root.digest)).toHaveLength(LAYERS + 2)
}

testSingleFaults(() => ({ ...sides, config, copyWhole }))

test('sets no tag if every response has a flipped bit', async () => {
  sides.source.registry.faults.add({ on: BLOB, times: Number.POSITIVE_INFINITY }, flip(100))
  await expect(copy()).rejects.toMatchObject({ kind: 'invalidContent' })
  expect(await tagsAtTarget()).toEqual(new Map())
})

test('gives up on a source that always stalls after six tries of each blob', async () => {
  const { registry } = sides.source
  registry.faults.add({ on: BLOB, times: Number.POSITIVE_INFINITY }, stallAfter(100))
  await expect(copy()).rejects.toMatchObject({ kind: 'unavailable' })
  const tries = Map.groupBy(registry.matching(BLOB), ({ path }) => path)
  expect(Math.max(...[...tries.values()].map(({ length }) => length))).toBe(6)
})

describe.each([400, 401, 403, 404])('a permanent %i', (status) => {
  test('on a manifest is not retried', async () => {
    const { registry } = sides.source
    registry.faults.add({ on: MANIFEST, times: Number.POSITIVE_INFINITY }, answer(status))
    await expect(copy()).rejects.toThrow()
    // A rejected token is renewed once.
    expect(registry.matching(MANIFEST).length).toBeLessThanOrEqual(status === 401 || status === 403 ? 3 : 1)
    expect(await tagsAtTarget()).toEqual(new Map())
  })
})
