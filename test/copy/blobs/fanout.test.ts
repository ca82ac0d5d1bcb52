// One source and several targets: the source is read once, and a slow or failing target does not affect the others.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fanOut } from '../../../copy/blobs/fanout.ts'
import { createReadings, type Readings } from '../../../copy/blobs/readings.ts'
import { type CopyResult, copyTag } from '../../../copy/copy.ts'
import { createLimit } from '../../../copy/limit.ts'
import { createTarget } from '../../../copy/target.ts'
import { systemClock } from '../../../registry/model/clock.ts'
import { digestOf } from '../../../registry/model/digest.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import type { Repository } from '../../../registry/model/registry.ts'
import { closureOf, multiArch } from '../images.ts'
import { type Fault, failing, layerOf, startRegistry, type TestRegistry } from '../registries.ts'

const FROM = 'library/app'
const TO = 'mirror/app'
const SIZE = 3_000_000

let source: TestRegistry
let targets: TestRegistry[]
let root: Descriptor
beforeEach(async () => {
  source = await startRegistry()
  targets = await Promise.all([startRegistry(), startRegistry(), startRegistry()])
  root = await multiArch(await source.build(FROM), '1.0', { size: SIZE })
})
afterEach(async () => {
  for (const registry of [source, ...targets]) await registry[Symbol.asyncDispose]()
})

async function copyToAll(
  options: { graceMs?: number; patienceMs?: number } = {},
): Promise<PromiseSettledResult<CopyResult>[]> {
  const repositories = await Promise.all(targets.map((target) => target.open(TO)))
  return copyWith(repositories, createReadings({ clock: systemClock, ...options }))
}

function copyWith(
  repositories: readonly Repository[],
  readings: Readings,
): Promise<PromiseSettledResult<CopyResult>[]> {
  const places = fanOut([() => source.open(FROM)], repositories, readings)
  const copyTo = (repository: Repository, index: number): Promise<CopyResult> => {
    const own = places[index]
    if (own === undefined) throw new Error('there is a place for each target')
    const context = { places: own, target: createTarget(repository), limit: createLimit() }
    return copyTag(context, { tag: '1.0', root, artifacts: [] })
  }
  return Promise.allSettled(repositories.map(copyTo))
}

async function expectWhole(registry: TestRegistry | undefined): Promise<void> {
  if (registry === undefined) throw new Error('no such registry')
  expect(await registry.store.tags.find(TO, '1.0')).toBe(root.digest)
  expect(await closureOf(registry.store, TO, root.digest)).toEqual(
    await closureOf(source.store, FROM, root.digest),
  )
}

/** Reads the bytes of a layer so slowly that the upload never ends. */
function stuck(): Fault {
  return (request) => {
    if (request.method !== 'PUT' || !request.url?.includes('/blobs/')) return false
    request.pause()
    return true
  }
}

test('reads every blob and manifest once from the source', async () => {
  const settled = await copyToAll()
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  for (const target of targets) await expectWhole(target)
  expect(source.count(/^GET .*\/blobs\//)).toBe(5)
  expect(source.count(/^GET .*\/manifests\//)).toBe(3)
})

test('sends each target only what it lacks', async () => {
  const [first] = targets
  await multiArch(await (first as TestRegistry).build(TO), 'old', { name: 'other', size: SIZE })
  await copyToAll()
  for (const target of targets) await expectWhole(target)
  expect(source.count(/^GET .*\/blobs\//)).toBe(5)
})

test('row 66: fails an unreachable target alone', async () => {
  targets[1]?.breakWith(failing(/./, 503))
  const settled = await copyToAll({ graceMs: 100 })
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  await expectWhole(targets[0])
  await expectWhole(targets[2])
  expect(source.count(/^GET .*\/blobs\//)).toBe(5)
})

test('fails a target that refuses uploads alone', async () => {
  targets[2]?.breakWith(failing(/^PUT .*\/blobs\//, 403))
  const settled = await copyToAll({ graceMs: 100 })
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  await expectWhole(targets[0])
  await expectWhole(targets[1])
})

test('completes a target that broke off from one that has the blob', async () => {
  targets[0]?.breakWith(failing(/^PUT .*\/blobs\//, 503, 1))
  const settled = await copyToAll({ graceMs: 100 })
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  for (const target of targets) await expectWhole(target)
  expect(source.count(/^GET .*\/blobs\//)).toBe(5)
})

test('row 66: does not delay the other targets for a stuck one', async () => {
  targets[1]?.breakWith(stuck())
  const others = Promise.all([0, 2].map((index) => tagAppears(targets[index] as TestRegistry)))
  const all = copyToAll({ graceMs: 100, patienceMs: 200 })
  await others
  await expectWhole(targets[0])
  await expectWhole(targets[2])
  await targets[1]?.[Symbol.asyncDispose]()
  targets[1] = await startRegistry()
  expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

/** Resolves when the registry receives a request for the tag after its PUT. */
function tagAppears(registry: TestRegistry): Promise<void> {
  return new Promise((resolve) => {
    let put = false
    registry.breakWith((request) => {
      if (put && request.method === 'HEAD' && request.url?.endsWith('/manifests/1.0')) resolve()
      if (request.method === 'PUT' && request.url?.endsWith('/manifests/1.0')) put = true
      return false
    })
  })
}

test('resumes a blob once for all targets after the source breaks off', async () => {
  const { bytes } = layerOf('base', SIZE)
  let broken = false
  source.breakWith((request, response) => {
    if (broken || !request.url?.includes(digestOf(bytes))) return false
    broken = true
    response.writeHead(200, { 'content-length': SIZE })
    response.write(bytes.subarray(0, 1_000_000), () => response.destroy())
    return true
  })
  const settled = await copyToAll({ graceMs: 100 })
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  for (const target of targets) await expectWhole(target)
  expect(source.count(/^GET .*\/blobs\//)).toBe(6)
})

test('reads wrong bytes again once for all targets', async () => {
  const { bytes } = layerOf('base', SIZE)
  let flipped = false
  source.breakWith((request, response) => {
    if (flipped || !request.url?.includes(digestOf(bytes))) return false
    flipped = true
    response.end(Buffer.from(bytes).fill(0, 0, 1))
    return true
  })
  const settled = await copyToAll({ graceMs: 1_000 })
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  for (const target of targets) await expectWhole(target)
  expect(source.count(/^GET .*\/blobs\//)).toBe(6)
})

test('completes no target with wrong bytes of the source', async () => {
  source.breakWith((request, response) => {
    if (!request.url?.includes('/blobs/')) return false
    response.end(Buffer.alloc(SIZE))
    return true
  })
  const settled = await copyToAll({ graceMs: 100 })
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  for (const target of targets) expect(await target.store.tags.all(TO)).toEqual(new Map())
})

test('reads every blob once from the source, even if all targets have missed a round', async () => {
  const repositories = await Promise.all(targets.map((target) => target.open(TO)))
  const readings = createReadings({ clock: systemClock })
  for (const repository of repositories) readings.late.add(repository)
  const settled = await copyWith(repositories, readings)
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  for (const target of targets) await expectWhole(target)
  expect(source.count(/^GET .*\/blobs\//)).toBe(5)
})
