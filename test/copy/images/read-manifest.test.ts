// The time and place of manifest reads.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CopyResult, copyTag } from '../../../copy/copy.ts'
import { createPlaces } from '../../../copy/places.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import { AMD64, multiArch } from '../images.ts'
import { FROM, startPair, type TestPair } from '../pair.ts'
import { failing, layerOf, type TestRegistry } from '../registries.ts'

const READ = /^GET \/v2\/library\/app\/manifests\//

let pair: TestPair
beforeEach(async () => {
  pair = await startPair()
})
afterEach(() => pair[Symbol.asyncDispose]())

/** The state of the command `copy`: the source has returned the tag's digest, and the target lacks the tag. */
async function copyNew(root: Descriptor, tag: string): Promise<CopyResult> {
  const from = await pair.source.open(FROM)
  await from.headManifest(tag)
  const job = { ...(await pair.newJob()), places: createPlaces([from]) }
  return copyTag(job, { root, tag, held: Promise.resolve(undefined), artifacts: [] })
}

/** Resolves with the request, without waiting for its response. */
function asked(registry: TestRegistry, pattern: RegExp): Promise<void> {
  return new Promise((resolve) => {
    registry.faults.add(pattern, (request, response, handler) => {
      resolve()
      handler(request, response)
    })
  })
}

function answerAfter(registry: TestRegistry, pattern: RegExp, ready: Promise<void>): void {
  registry.faults.add(
    { on: pattern, times: Number.POSITIVE_INFINITY },
    (request, response, handler) => void ready.then(() => handler(request, response)),
  )
}

/** Docker Hub's rate-limit headers, sent with each response. */
function countPulls(registry: TestRegistry): void {
  registry.breakWith((_, response) => {
    response.setHeader('ratelimit-limit', '100;w=21600')
    response.setHeader('ratelimit-remaining', '90;w=21600')
    return false
  })
}

test('reads the manifest of a new tag while it checks the target', async () => {
  const root = await pair.build.image(AMD64, [layerOf('a')])
  await pair.build.tag('1.0', root)
  // This request would never end if the copier waited for the target's response.
  const hasRoot = new RegExp(`^HEAD .*/manifests/${root.digest}`)
  answerAfter(pair.target, hasRoot, asked(pair.source, READ))
  await expect(copyNew(root, '1.0')).resolves.toMatchObject({ status: 'copied' })
  await pair.expectWhole(root, '1.0')
  expect(pair.source.count(READ)).toBe(1)
})

test('reads the children of an index that the target lacks', async () => {
  const root = await multiArch(pair.build, '1.0')
  const child = new RegExp(`${READ.source}(?!${root.digest})`)
  answerAfter(
    pair.target,
    new RegExp(`^HEAD .*/manifests/(?!${root.digest})sha256:`),
    asked(pair.source, child),
  )
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
  expect(pair.source.count(READ)).toBe(3)
})

test('makes no counted pull of content that the target has', async () => {
  const root = await multiArch(pair.build, '1.0')
  await pair.copy(root, 'other')
  countPulls(pair.source)
  pair.source.forgetLog()
  await expect(copyNew(root, '1.0')).resolves.toMatchObject({ bytes: 0 })
  await pair.expectWhole(root, '1.0')
  expect(pair.source.count(READ)).toBe(0)
})

test('reports a failed early read, and does not repeat it', async () => {
  const root = await pair.build.image(AMD64, [layerOf('a')])
  await pair.build.tag('1.0', root)
  pair.source.breakWith(failing(/GET .*manifests/, 403))
  await expect(copyNew(root, '1.0')).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(pair.source.count(READ)).toBe(1)
})

test('ignores a failed early read that is not needed', async () => {
  const root = await pair.build.image(AMD64, [layerOf('a')])
  await pair.copy(root, 'other')
  await pair.build.tag('1.0', root)
  pair.source.breakWith(failing(/GET .*manifests/, 403))
  await copyNew(root, '1.0')
  await pair.expectWhole(root, '1.0')
})
