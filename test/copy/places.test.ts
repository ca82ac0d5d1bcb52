// Reads content from the nearest place that has it, and from the next one if that fails.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPlaces, type Places } from '../../copy/places.ts'
import type { Builder } from '../../local/upstream/builder.ts'
import { contentOf, type Descriptor } from '../../registry/model/manifest.ts'
import { AMD64 } from './images.ts'
import { failing, layerOf, startRegistry, type TestRegistry } from './registries.ts'

const NAME = 'library/app'

let near: TestRegistry
let far: TestRegistry
beforeEach(async () => {
  near = await startRegistry()
  far = await startRegistry()
})
afterEach(async () => {
  await near[Symbol.asyncDispose]()
  await far[Symbol.asyncDispose]()
})

const imageIn = async (registry: TestRegistry): Promise<Descriptor> =>
  (await registry.build(NAME)).image(AMD64, [layerOf('layer', 300_000)])

const both = (): Places => createPlaces([() => near.open(NAME), () => far.open(NAME)])

async function bytesOf(places: Places, blob: Descriptor): Promise<number> {
  let bytes = 0
  for await (const chunk of await places.blob(blob).open()) bytes += chunk.length
  return bytes
}

async function layerBlob(places: Places, image: Descriptor): Promise<Descriptor> {
  const blob = contentOf(await places.manifest(image.digest)).blobs.at(-1)
  if (blob === undefined) throw new Error('the image has no layer')
  return blob
}

test('reads only from the nearest place that has the content', async () => {
  await imageIn(near)
  const image = await imageIn(far)
  const places = both()
  expect(await bytesOf(places, await layerBlob(places, image))).toBe(300_000)
  expect(far.log()).toEqual([])
})

test('skips a place that lacks the digest', async () => {
  await near.build(NAME)
  const image = await imageIn(far)
  const places = both()
  expect(await bytesOf(places, await layerBlob(places, image))).toBe(300_000)
})

test('skips a place that is down, and asks it last from then on', async () => {
  await imageIn(near)
  const image = await imageIn(far)
  near.breakWith(failing(/./, 503))
  const places = both()
  await places.manifest(image.digest)
  const asked = near.log().length
  expect(await bytesOf(places, await layerBlob(places, image))).toBe(300_000)
  expect(near.log()).toHaveLength(asked)
})

test('skips a place that cannot be opened', async () => {
  const image = await imageIn(far)
  const places = createPlaces([() => Promise.reject(new Error('no such secret')), () => far.open(NAME)])
  await expect(places.manifest(image.digest)).resolves.toMatchObject({ digest: image.digest })
})

test('opens a place once, when it is needed', async () => {
  const image = await imageIn(near)
  let opened = 0
  const open = () => {
    opened++
    return near.open(NAME)
  }
  const never = () => Promise.reject(new Error('not needed'))
  const places = createPlaces([open, never])
  expect(opened).toBe(0)
  await Promise.all([places.manifest(image.digest), places.manifest(image.digest)])
  expect(opened).toBe(1)
})

test('opens the next place after one breaks off during a blob', async () => {
  await imageIn(near)
  const image = await imageIn(far)
  const places = both()
  const blob = await layerBlob(places, image)
  near.breakWith((request, response) => {
    if (!request.url?.includes('/blobs/')) return false
    response.writeHead(200, { 'content-length': 300_000 })
    response.write(Buffer.alloc(10), () => response.destroy())
    return true
  })
  const blobs = places.blob(blob)
  const read = async (): Promise<number> => {
    let bytes = 0
    for await (const chunk of await blobs.open()) bytes += chunk.length
    return bytes
  }
  await expect(read()).rejects.toThrow()
  expect(blobs.canMoveOn()).toBe(true)
  expect(await read()).toBe(300_000)
})

test.each([
  ['the rate limit, which defers the job,', 429, 404, 'rateLimited'],
  ['the outage', 503, 404, 'unavailable'],
  ['the error of upstream', 404, 404, 'notFound'],
  ['the error of upstream', 404, 401, 'unauthorized'],
])('reports %s if every place fails (%i, %i)', async (_what, atNear, atFar, kind) => {
  const image = await imageIn(far)
  near.breakWith(failing(/./, atNear))
  far.breakWith(failing(/./, atFar))
  await expect(both().manifest(image.digest)).rejects.toMatchObject({ kind })
})

test('does not request the content of a descriptor', async () => {
  const build: Builder = await near.build(NAME)
  const image = await build.artifact(await imageIn(near), 'text/plain', {})
  const places = both()
  const [config] = contentOf(await places.manifest(image.digest)).blobs
  near.forgetLog()
  expect(await bytesOf(places, { ...(config as Descriptor), data: 'e30=' })).toBe(2)
  expect(near.log()).toEqual([])
})
