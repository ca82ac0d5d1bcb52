// The graph of a manifest: nesting, limits, and targets that misreport their content.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Tally } from '../../../copy/attempt.ts'
import { contentOf, MediaType } from '../../../registry/model/manifest.ts'
import { fakeClock } from '../../support/clock.ts'
import { AMD64, ARM64, multiArch } from '../images.ts'
import { FROM, startPair, type TestPair, TO } from '../pair.ts'
import { type Fault, layerOf } from '../registries.ts'

let pair: TestPair
beforeEach(async () => {
  pair = await startPair()
})
afterEach(() => pair[Symbol.asyncDispose]())

test('row 44: copies an index inside an index', async () => {
  const inner = await multiArch(pair.build, 'inner')
  const root = await pair.build.index([inner, await pair.build.image(ARM64, [layerOf('b')])])
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
})

test('row 44: refuses indexes that are nested too deep', async () => {
  let root = await pair.build.image(AMD64, [layerOf('a')])
  for (let depth = 0; depth < 10; depth++) root = await pair.build.index([root])
  await expect(pair.copy(root, '1.0')).rejects.toThrow('nested more than 8 levels deep')
  expect(await pair.tagsAtTarget()).toEqual([])
})

test('row 44: refuses an index that claims to contain itself', async () => {
  const forged = `sha256:${'f'.repeat(64)}` as const
  const root = await pair.build.index([{ mediaType: MediaType.ociIndex, digest: forged, size: 100 }])
  pair.source.breakWith((request) => {
    request.url = request.url?.replace(forged, root.digest)
    return false
  })
  await expect(pair.copy(root, '1.0')).rejects.toMatchObject({ kind: 'invalidContent' })
  expect(await pair.tagsAtTarget()).toEqual([])
})

test('row 44: refuses an index with too many manifests', async () => {
  const root = await multiArch(pair.build, '1.0')
  let manifests = 1_999
  const tally: Tally = {
    blob: () => {},
    blobs: () => ({ copied: 0, mounted: 0, present: 0 }),
    bytes: () => 0,
    manifest: () => void manifests++,
    manifests: () => manifests,
  }
  const job = { ...(await pair.newJob()), tally }
  await expect(pair.copy(root, '1.0', { job })).rejects.toThrow('more than 2000 manifests under one tag')
  expect(await pair.tagsAtTarget()).toEqual([])
})

test('copies an empty index', async () => {
  const root = await pair.build.index([])
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
})

test('row 45: puts no index if the source lacks a child', async () => {
  const root = await multiArch(pair.build, '1.0')
  let asked = 0
  pair.source.breakWith((request, response) => {
    if (!request.url?.includes('/manifests/') || asked++ !== 1) return false
    response.writeHead(404).end()
    return true
  })
  await expect(pair.copy(root, '1.0')).rejects.toMatchObject({ kind: 'notFound' })
  expect(pair.target.count(new RegExp(`^PUT .*${root.digest}`))).toBe(0)
  expect(await pair.tagsAtTarget()).toEqual([])
})

test('row 45: fails an image that lacks a platform alone', async () => {
  const broken = await multiArch(pair.build, 'broken')
  const fine = await multiArch(pair.build, 'fine')
  const { manifests } = contentOf(await (await pair.source.open(FROM)).getManifest(broken.digest))
  await pair.source.store.manifests.delete(FROM, manifests[1]?.digest ?? broken.digest)
  const job = await pair.newJob()
  const both = [pair.copy(broken, 'broken', { job }), pair.copy(fine, 'fine', { job })]
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  await pair.expectWhole(fine, 'fine')
  expect(await pair.tagsAtTarget()).toEqual(['fine'])
})

/** Responds to each HEAD of a blob that it exists. */
function mistaken(unless: () => boolean = () => false): Fault {
  return (request, response) => {
    if (unless() || request.method !== 'HEAD' || !request.url?.includes('/blobs/')) return false
    response.writeHead(200, { 'content-length': 1_000 }).end()
    return true
  }
}

test('row 53: sends a blob again that the target loses after its HEAD', async () => {
  const root = await multiArch(pair.build, '1.0')
  let refused = false
  const lie = mistaken(() => refused)
  pair.target.breakWith((request, response) => {
    if (request.method === 'PUT' && request.url?.includes('/manifests/')) refused = true
    return lie(request, response)
  })
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
})

test('sends everything again to a target that keeps reporting blobs that it lacks', async () => {
  const root = await multiArch(pair.build, '1.0')
  pair.target.breakWith(mistaken())
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
})

const REFUSED = { status: 404, codes: ['MANIFEST_BLOB_UNKNOWN'] }
const CONTENT_MISSING = '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry"}]}'

function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  response.writeHead(404, { 'content-type': 'application/json' }).end(CONTENT_MISSING)
}

test('sends a child of an index again that the target lost', async () => {
  const root = await multiArch(pair.build, '1.0')
  const { store } = pair.target
  let lost = false
  pair.target.breakWith((request, response) => {
    if (lost || request.method !== 'PUT' || !request.url?.endsWith('/manifests/1.0')) return false
    lost = true
    const child = pair.target
      .log()
      .find((line) => line.startsWith('PUT') && line.includes('/manifests/sha256'))
    const digest = `sha256:${child?.split('sha256:')[1]}` as const
    void store.manifests.delete(TO, digest).then(() => refuse(request, response))
    return true
  })
  await pair.copy(root, '1.0')
  expect(lost).toBe(true)
  await pair.expectWhole(root, '1.0')
})

test('row 53: gives up on a target that loses content after four repairs', async () => {
  const root = await pair.build.image(AMD64, [layerOf('own')])
  refuseManifests(REFUSED, Number.POSITIVE_INFINITY)
  await expect(pair.copy(root, '1.0', { job: await impatientJob() })).rejects.toMatchObject({
    kind: 'contentMissing',
  })
  expect(pair.target.count(/^PUT .*\/manifests\//)).toBe(5)
})

test.each([
  [['DIGEST_INVALID']],
  [['SIZE_INVALID']],
  [['BLOB_UNKNOWN']],
  [['MANIFEST_UNKNOWN']],
  [['MANIFEST_BLOB_UNKNOWN']],
  [['DIGEST_INVALID', 'MANIFEST_BLOB_UNKNOWN']],
  [['UNKNOWN', 'MANIFEST_BLOB_UNKNOWN']],
])('row 53: sends verified content again to a target that refuses it three times with %j', async (codes) => {
  const root = await pair.build.image(AMD64, [layerOf('own')])
  refuseManifests({ status: 400, codes }, 3)
  await pair.copy(root, '1.0', { job: await impatientJob() })
  await pair.expectWhole(root, '1.0')
  expect(pair.target.count(/^PUT .*\/manifests\//)).toBe(4)
  // Each repair checks the blob, and sends it only if it is missing.
  expect(pair.target.count(/^HEAD .*\/blobs\//)).toBeGreaterThanOrEqual(6)
  expect(pair.target.count(/^PUT .*\/blobs\/uploads/)).toBe(2)
})

function refuseManifests({ status, codes }: typeof REFUSED, times: number): void {
  let refused = 0
  pair.target.breakWith((request, response) => {
    if (request.method !== 'PUT' || !request.url?.includes('/manifests/') || refused >= times) return false
    refused++
    request.resume()
    const errors = codes.map((code) => ({ code, message: 'so it seems' }))
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors }))
    return true
  })
}

/** Waits take no real time. */
async function impatientJob() {
  return { ...(await pair.newJob()), clock: fakeClock() }
}
