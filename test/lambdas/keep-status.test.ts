// The state of the mirror in S3, which concurrent runs change.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findStatus, keepStatus } from '../../lambdas/keep-status.ts'
import type { ResultReader } from '../../lambdas/run-results.ts'
import type { Fault } from '../../local/aws/call.ts'
import type { PairReport } from '../../mirror/documents.ts'
import { STATUS_KEY, STATUS_PAGE_KEY } from '../../mirror/keys.ts'
import { type Seen, startSeen } from '../../mirror/status/seen.ts'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { at, bad, DIGEST, good } from '../mirror/status/places.ts'
import { startEmulatedBucket } from '../store/emulated-bucket.ts'
import { type LocalS3, startS3 } from '../store/s3.ts'

let s3: LocalS3
let reader: ResultReader
const odd: string[] = []

beforeAll(async () => {
  s3 = await startS3()
  reader = { store: openWorkBucket('work'), onOddity: (what) => odd.push(what) }
})
afterAll(() => s3.stop())
beforeEach(() => {
  odd.length = 0
})

function runOf(name: string, hours = 0) {
  const mirror = { mirror: 'ImageMirror', account: '123456789012', region: 'us-east-1' }
  return { run: { name, dryRun: false }, now: at(hours), ...mirror }
}

function seenIn(pairs: readonly PairReport[]): Seen {
  const seen = startSeen()
  seen.add(pairs)
  return seen.images
}

test('two runs that read the same state leave one that both agree with, and a page of it', async () => {
  const first = await keepStatus(seenIn([good({ image: 'a' })]), runOf('first'), reader)
  expect(first.page).toEqual({ bucket: 'work', key: STATUS_PAGE_KEY, count: 1 })
  const images = ['b', 'c', 'd', 'e']
  const kept = await Promise.all(
    images.map((image) => keepStatus(seenIn([bad({ image })]), runOf(image, 1), reader)),
  )
  expect(kept.map(({ news }) => news.failed.map(({ image }) => image))).toEqual(
    images.map((image) => [image]),
  )
  const { status } = (await findStatus(reader)) ?? {}
  expect(status?.images.map(({ image }) => image).sort()).toEqual(['a', ...images])
  const page = await reader.store.readText(`s3://work/${STATUS_PAGE_KEY}`)
  for (const image of ['a', ...images]) expect(page).toContain(`<span class="image">${image}</span>`)
  expect(odd).toEqual([])
})

test('two runs that see the same failure report it once', async () => {
  const seen = () => seenIn([bad({ image: 'twice' })])
  const kept = await Promise.all(['x', 'y'].map((name) => keepStatus(seen(), runOf(name, 2), reader)))
  expect(kept.map(({ news }) => news.kind).sort()).toEqual(['failed', undefined])
})

test('two runs at once of many images agree, although each state takes several requests', async () => {
  await reader.store.writeJson(STATUS_KEY, {})
  const images = Array.from({ length: 800 }, (_, index) => `quay.io/team/app-${index}`)
  const tags = Array.from({ length: 60 }, (_, index) => ({
    tag: `1.${index}`.padEnd(128, '-'),
    digest: DIGEST,
  }))
  const all = () => seenIn(images.map((image) => good({ image, tags })))
  await keepStatus(all(), runOf('before'), reader)
  const known = await findStatus(reader)
  // Both have read the state before either has written it.
  await Promise.all([
    keepStatus(seenIn([bad({ image: images[0] ?? '' })]), runOf('one', 1), reader, known),
    keepStatus(
      seenIn([bad({ image: images[1] ?? '' })]),
      runOf('other', 1),
      reader,
      await findStatus(reader),
    ),
  ])
  const { status } = (await findStatus(reader)) ?? {}
  expect(status?.counts).toEqual({ images: 800, inSync: 798, deferred: 0, failed: 2 })
  expect(status?.images.map(({ image }) => image)).toEqual(images)
  const page = await reader.store.readText(`s3://work/${STATUS_PAGE_KEY}`)
  expect(page).toContain('2 of 800 pairs are not in sync')
})

test('keeps the stored state if S3 denies reading it', async () => {
  let broken = false
  await using bucket = await startEmulatedBucket(({ action, resource }) =>
    broken && action === 'GetObject' && resource.endsWith(STATUS_KEY) ? DENIED : undefined,
  )
  const closed: ResultReader = { store: bucket.store, onOddity: (what) => odd.push(what) }
  await keepStatus(seenIn([good()]), runOf('before'), closed)
  broken = true
  const known = await findStatus(closed)
  expect(odd).toEqual(['failed to read the state of the mirror'])
  await expect(keepStatus(seenIn([bad()]), runOf('lost', 1), closed, known)).rejects.toThrow('no access')
  broken = false
  expect((await findStatus(closed))?.status?.run).toBe('before')
})

const DENIED: Fault = {
  status: 403,
  headers: { 'content-type': 'application/xml' },
  body: '<Error><Code>AccessDenied</Code><Message>no access</Message></Error>',
}

test('replaces a state that cannot be read', async () => {
  await reader.store.writeJson(STATUS_KEY, { images: 'all of them' })
  const known = await findStatus(reader)
  expect(known?.status).toBeUndefined()
  expect(odd).toEqual(['replaces an unreadable state of the mirror'])
  const { news } = await keepStatus(seenIn([bad()]), runOf('again', 3), reader, known)
  expect(news.kind).toBe('failed')
  expect((await findStatus(reader))?.status?.run).toBe('again')
})
