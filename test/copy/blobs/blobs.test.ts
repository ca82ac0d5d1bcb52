// Blobs: each is sent once, or mounted instead, and blocks only what needs it.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLimit } from '../../../copy/limit.ts'
import { createPlaces } from '../../../copy/places.ts'
import { createTarget } from '../../../copy/target.ts'
import { digestOf } from '../../../registry/model/digest.ts'
import { AMD64, closureOf, multiArch } from '../images.ts'
import { FROM, startPair, type TestPair, TO } from '../pair.ts'
import { failing, layerOf } from '../registries.ts'

let pair: TestPair
beforeEach(async () => {
  pair = await startPair()
})
afterEach(() => pair[Symbol.asyncDispose]())

test('row 62: sends each shared blob once for concurrent tags', async () => {
  const tags = ['1', '2', '3', '4']
  const roots = await Promise.all(tags.map(async (tag) => ({ tag, root: await multiArch(pair.build, tag) })))
  const job = await pair.newJob()
  await Promise.all(roots.map(({ tag, root }) => pair.copy(root, tag, { job })))
  for (const { tag, root } of roots) await pair.expectWhole(root, tag)
  // One shared layer, two layers for each tag, and two identical configs.
  expect(pair.target.count(/^POST/)).toBe(11)
  expect(pair.source.count(/^GET .*\/blobs\//)).toBe(11)
})

test('row 62: fails one tag without its siblings that share layers', async () => {
  const fine = await multiArch(pair.build, 'fine')
  const bad = await multiArch(pair.build, 'bad')
  const shared = await closureOf(pair.source.store, FROM, fine.digest)
  const own = [...(await closureOf(pair.source.store, FROM, bad.digest))].filter((one) => !shared.has(one))
  pair.source.breakWith((request, response) => {
    if (request.url?.includes(bad.digest) || !own.some((digest) => request.url?.includes(digest)))
      return false
    response.writeHead(404).end()
    return true
  })
  const job = await pair.newJob()
  const both = [pair.copy(bad, 'bad', { job }), pair.copy(fine, 'fine', { job })]
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  await pair.expectWhole(fine, 'fine')
  expect(await pair.tagsAtTarget()).toEqual(['fine'])
})

test('row 26: sets no tag if the source sends wrong bytes', async () => {
  const root = await pair.build.image(AMD64, [layerOf('broken'), layerOf('fine')])
  pair.source.breakWith((request, response) => {
    if (request.method !== 'GET' || !request.url?.includes('/blobs/')) return false
    response.end(Buffer.alloc(1_000))
    return true
  })
  await expect(pair.copy(root, '1.0')).rejects.toMatchObject({ kind: 'invalidContent' })
  expect(await pair.tagsAtTarget()).toEqual([])
  expect(pair.target.count(/^PUT .*\/manifests\//)).toBe(0)
})

test('row 26: reads wrong bytes once more, and only once', async () => {
  const layer = layerOf('broken')
  const root = await pair.build.image(AMD64, [layer])
  let reads = 0
  pair.source.breakWith((request, response) => {
    if (!request.url?.endsWith(digestOf(layer.bytes)) || reads++ > 0) return false
    response.end(Buffer.alloc(1_000))
    return true
  })
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
  expect(reads).toBe(2)
})

test('requests the largest blob first, because it takes longest', async () => {
  const layers = [layerOf('small'), layerOf('smaller', 10), layerOf('large', 100_000)]
  const root = await pair.build.image(AMD64, layers)
  await pair.copy(root, '1.0', { job: { ...(await pair.newJob()), limit: createLimit(1) } })
  const [first] = pair.target.log().filter((line) => line.includes('/blobs/'))
  expect(first).toContain(digestOf((layers[2] as (typeof layers)[0]).bytes))
})

test('requests a permanently broken blob once for many tags', async () => {
  const tags = ['1', '2', '3', '4', '5']
  const roots = await Promise.all(tags.map(async (tag) => ({ tag, root: await multiArch(pair.build, tag) })))
  pair.source.breakWith(failing(/^GET .*\/blobs\//, 403))
  const job = { ...(await pair.newJob()), limit: createLimit(1) }
  const settled = await Promise.allSettled(roots.map(({ tag, root }) => pair.copy(root, tag, { job })))
  expect(settled.every(({ status }) => status === 'rejected')).toBe(true)
  const asked = pair.source.log().filter((line) => line.includes('/blobs/'))
  expect(new Set(asked)).toHaveLength(asked.length)
})

test('mounts blobs of a sibling repository instead of sending them', async () => {
  const root = await multiArch(await pair.target.build('library/sibling'), '1.0')
  const places = createPlaces([() => pair.target.open('library/sibling')])
  const result = await pair.copy(root, '1.0', { job: { ...(await pair.newJob()), places } })
  expect(result).toMatchObject({ bytes: 0, blobs: { copied: 0, mounted: 5 } })
  await expect(closureOf(pair.target.store, TO, root.digest)).resolves.toBeDefined()
})

test('does not upload a mounted blob', async () => {
  const layers = Array.from({ length: 20 }, (_, index) => layerOf(`layer ${index}`))
  await (await pair.target.build('library/sibling')).image(AMD64, layers)
  const root = await pair.build.image(AMD64, layers)
  // Opens the sibling repository when the source turns out to lack a blob.
  const gone = digestOf((layers[10] as (typeof layers)[0]).bytes)
  pair.source.breakWith(failing(new RegExp(`^GET .*${gone}`), 404))
  const places = createPlaces([await pair.source.open(FROM), () => pair.target.open('library/sibling')])
  const job = { ...(await pair.newJob()), places, limit: createLimit(1) }
  const { copied, mounted } = (await pair.copy(root, '1.0', { job })).blobs
  expect(mounted).toBeGreaterThan(0)
  expect(pair.target.count(/^POST/)).toBe(copied + mounted)
})

test('tries one mount at a registry that declines it, and then uploads', async () => {
  await using unlinked = await startPair({ mayMount: async () => false })
  const { target } = unlinked
  const root = await multiArch(await target.build('library/sibling'), '1.0', { size: 10 })
  const places = createPlaces([() => target.open('library/sibling')])
  const job = { ...(await unlinked.newJob()), places, limit: createLimit(1) }
  expect((await unlinked.copy(root, '1.0', { job })).blobs).toMatchObject({ copied: 5, mounted: 0 })
  await expect(closureOf(target.store, TO, root.digest)).resolves.toBeDefined()
})

test.each([
  ['offers no mount from a sibling that another identity reads', 'another', 0],
  ['mounts from a sibling that anyone may read', 'anonymous', 5],
])('%s', async (_, identity, mounted) => {
  const root = await multiArch(await pair.target.build('library/sibling'), '1.0')
  const places = createPlaces([{ ...(await pair.target.open('library/sibling')), identity }])
  const target = createTarget({ ...(await pair.target.open(TO)), identity: 'own' })
  const result = await pair.copy(root, '1.0', { job: { ...(await pair.newJob()), places, target } })
  expect(result.blobs).toMatchObject({ copied: 5 - mounted, mounted })
})

test('row 52: reports a missing target repository as such, not as a missing image', async () => {
  await using strict = await startPair({ createOnPush: false })
  const root = await multiArch(strict.build, '1.0')
  await expect(strict.copy(root, '1.0')).rejects.toMatchObject({
    name: 'InvalidTarget',
    message: expect.stringContaining(`${strict.target.address}/${TO} does not exist`),
  })
})

test('copies an empty blob to a target that accepts it', async () => {
  const root = await pair.build.image(AMD64, [layerOf('empty', 0), layerOf('full')])
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
})
