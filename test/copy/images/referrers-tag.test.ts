// The fallback tag with an image's artifacts: read, changed and written, by several writers at once.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CopyContext } from '../../../copy/attempt.ts'
import { fallbackTag } from '../../../registry/manifests/referrers.ts'
import { systemClock } from '../../../registry/model/clock.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import { fakeClock } from '../../support/clock.ts'
import { artifactOf, multiArch } from '../images.ts'
import { startPair, type TestPair, TO } from '../pair.ts'

const SBOM = 'application/spdx+json'

let pair: TestPair
let root: Descriptor
let sboms: readonly Descriptor[]
beforeEach(async () => {
  pair = await startPair({ referrersApi: false })
  root = await multiArch(pair.build, '1.0')
  sboms = await Promise.all([1, 2].map((content) => pair.build.artifact(root, SBOM, { content })))
  await pair.copy(root, '1.0')
})
afterEach(() => pair[Symbol.asyncDispose]())

const copy = (index: number, job?: CopyContext) =>
  pair.copy(root, '1.0', {
    artifacts: sboms.slice(index, index + 1).map((sbom) => artifactOf(sbom, root)),
    ...(job === undefined ? {} : { job }),
  })

async function listed(): Promise<string[]> {
  const found = await (await pair.target.open(TO)).referrers(root.digest)
  return found.map(({ digest }) => digest).sort()
}

const all = () => sboms.map(({ digest }) => digest).sort()
const PUT_LIST = () => new RegExp(`^PUT .*/manifests/${fallbackTag(root.digest)}`)

test('row 56: serializes two workers of a job that add to one list', async () => {
  const job = await pair.newJob()
  await Promise.all([copy(0, job), copy(1, job)])
  expect(await listed()).toEqual(all())
  expect(pair.target.count(PUT_LIST())).toBe(2)
})

test('row 56: loses no entry if two jobs write one list at the same moment', async () => {
  const second = Promise.withResolvers<void>()
  const both = Promise.withResolvers<void>()
  let puts = 0
  // The first PUT waits for the second, so that each writer has read the old list and overwrites the other's entry.
  pair.target.faults.add({ on: PUT_LIST(), times: 2 }, (request, response, handler) => {
    const isFirst = ++puts === 1
    response.once('finish', isFirst ? both.resolve : second.resolve)
    if (isFirst) void second.promise.then(() => handler(request, response))
    else handler(request, response)
  })
  const clock = { ...systemClock, sleep: () => both.promise }
  const jobs = [await pair.newJob(), await pair.newJob()].map((job) => ({ ...job, clock }))
  await Promise.all(jobs.map((job, index) => copy(index, job)))
  expect(await listed()).toEqual(all())
  expect(pair.target.count(PUT_LIST())).toBe(3)
})

test('row 56: warns of a list that another client keeps overwriting, and copies the image', async () => {
  pair.target.faults.add({ on: PUT_LIST(), times: 99 }, (_, response) => void response.writeHead(201).end())
  const { status, warnings } = await copy(0, { ...(await pair.newJob()), clock: fakeClock() })
  expect(status).toBe('copied')
  expect(JSON.stringify(warnings)).toContain('another client may be writing the tag')
})

test('row 56: restores an entry that another client removed from the list', async () => {
  await copy(0)
  await pair.target.store.tags.delete(TO, fallbackTag(root.digest))
  await copy(1)
  expect(await listed()).toEqual([sboms[1]?.digest])
  await copy(0)
  expect(await listed()).toEqual(all())
})
