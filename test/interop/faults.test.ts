// The single faults with Debian's docker-registry on both sides, which reacts to interruptions in its own way.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { builder } from '../../local/upstream/builder.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import { copyWithFaults } from '../copy/faults/copies.ts'
import { testSingleFaults } from '../copy/faults/single-fault-tests.ts'
import { BLOB, copyImage, LAYER_SIZE, LAYERS } from '../copy/faults/single-faults.ts'
import { AMD64 } from '../copy/images.ts'
import { FROM, TO } from '../copy/pair.ts'
import { layerOf } from '../copy/registries.ts'
import { flip } from '../support/actions.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { type DockerSide, startDockerSide, startDockerSides } from './docker-side.ts'
import { copyWithSkopeo, rawManifest, requireTools } from './tools.ts'

let made: FaultyRegistry
let root: Descriptor
let config: Descriptor
let sides: { readonly source: DockerSide; readonly target: DockerSide }

beforeAll(async () => {
  requireTools('docker-registry', 'skopeo')
  made = await startFaultyRegistry()
  await made.store.repositories.create(FROM)
  const layers = Array.from({ length: LAYERS }, (_, index) => layerOf(`layer ${index}`, LAYER_SIZE))
  root = await builder(made.store, FROM).image(AMD64, layers)
  config = JSON.parse(String(await made.store.manifests.bytes(root.digest))).config
})
afterAll(() => made?.[Symbol.asyncDispose]())

beforeEach(async () => {
  const [source, target] = await Promise.all([startDockerSide(), startDockerSide()])
  sides = { source, target }
  await copyWithSkopeo(`${made.address}/${FROM}@${root.digest}`, `${source.direct}/${FROM}:1.0`)
})
afterEach(async () => {
  for (const side of Object.values(sides)) await side[Symbol.asyncDispose]()
})

const copy = (): Promise<void> => copyImage(sides.source.address, sides.target.address, root)

async function copyWhole(): Promise<void> {
  await copy()
  const { disk, direct } = sides.target
  expect(await disk.tag(TO, '1.0')).toBe(root.digest)
  expect(await disk.broken(TO, root.digest)).toEqual([])
  const [here, there] = await Promise.all([
    rawManifest(`${sides.source.direct}/${FROM}:1.0`),
    rawManifest(`${direct}/${TO}:1.0`),
  ])
  expect(there.equals(here)).toBe(true)
}

testSingleFaults(() => ({ ...sides, config, copyWhole }))

test('a bit that is flipped in every answer is refused, and leaves no tag behind', async () => {
  sides.source.faults.add({ on: BLOB, times: Number.POSITIVE_INFINITY }, flip(100))
  await expect(copy()).rejects.toMatchObject({ kind: 'invalidContent' })
  expect(await sides.target.disk.tag(TO, '1.0')).toBeUndefined()
})

test('with a transient fault at one request in twenty, every copy succeeds', async () => {
  const figures = await copyWithFaults({
    seed: 20_261_121,
    copies: 60,
    rate: 0.05,
    spoil: false,
    sides: startDockerSides,
  })
  expect(figures).toMatchObject({ succeeded: 60, wrong: 0, half: 0, errors: [] })
  expect(figures.faults).toBeGreaterThan(60)
})
