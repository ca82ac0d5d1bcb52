// A tag is put once and last, only if it is missing or wrong, and is verified afterwards.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { multiArch } from '../images.ts'
import { startPair, type TestPair, TO } from '../pair.ts'
import { failing } from '../registries.ts'

let pair: TestPair
beforeEach(async () => {
  pair = await startPair()
})
afterEach(() => pair[Symbol.asyncDispose]())

test('puts the tag once and then checks it', async () => {
  const root = await multiArch(pair.build, '1.0')
  await pair.copy(root, '1.0')
  expect(pair.target.log().slice(-2)).toEqual([`PUT /v2/${TO}/manifests/1.0`, `HEAD /v2/${TO}/manifests/1.0`])
  expect(pair.target.count(/^PUT .*\/manifests\/1\.0$/)).toBe(1)
})

test('does not report an image as copied whose tag another client moves at the same moment', async () => {
  const root = await multiArch(pair.build, '1.0')
  const other = await multiArch(await pair.target.build(TO), 'other')
  let put = false
  pair.target.breakWith((request) => {
    if (!request.url?.endsWith('/manifests/1.0')) return false
    if (put && request.method === 'HEAD') request.url = `/v2/${TO}/manifests/${other.digest}`
    if (request.method === 'PUT') put = true
    return false
  })
  await expect(pair.copy(root, '1.0')).rejects.toThrow('the other client that writes this tag')
})

test.each([403, 404, 406])(
  'checks the tag by GET at a target that answers every HEAD with %i',
  async (status) => {
    const root = await multiArch(pair.build, '1.0')
    pair.target.breakWith(failing(/^HEAD .*\/manifests\//, status))
    await pair.copy(root, '1.0')
    expect(await pair.target.store.tags.find(TO, '1.0')).toBe(root.digest)
    expect(pair.target.log().at(-1)).toBe(`GET /v2/${TO}/manifests/1.0`)
  },
)

test('does not report a tag as copied that is missing afterwards', async () => {
  const root = await multiArch(pair.build, '1.0')
  pair.target.breakWith(failing(/^(HEAD|GET) .*\/manifests\/1\.0/, 404))
  await expect(pair.copy(root, '1.0')).rejects.toThrow('the other client that writes this tag')
})

test('puts both of two concurrent tags of an image', async () => {
  const root = await multiArch(pair.build, '1.0')
  const job = await pair.newJob()
  await Promise.all(['1.0', 'latest'].map((tag) => pair.copy(root, tag, { job })))
  expect(await pair.tagsAtTarget()).toEqual(['1.0', 'latest'])
  expect(pair.source.count(/^GET .*\/manifests\//)).toBe(3)
})
