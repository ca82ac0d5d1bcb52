// The state of the mirror in S3, which concurrent runs change.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findStatus, keepStatus } from '../../lambdas/keep-status.ts'
import type { ResultReader } from '../../lambdas/run-results.ts'
import type { PairReport } from '../../mirror/documents.ts'
import { STATUS_KEY, STATUS_PAGE_KEY } from '../../mirror/keys.ts'
import { addSeen, type Seen } from '../../mirror/status/seen.ts'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { at, bad, good } from '../mirror/status/places.ts'
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
  const seen: Seen = new Map()
  addSeen(seen, pairs)
  return seen
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
  const status = await findStatus(reader)
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

test('replaces a state that cannot be read', async () => {
  await reader.store.writeJson(STATUS_KEY, { images: 'all of them' })
  expect(await findStatus(reader)).toBeUndefined()
  expect(odd).toEqual(['failed to read the state of the mirror'])
  const { news } = await keepStatus(seenIn([bad()]), runOf('again', 3), reader)
  expect(news.kind).toBe('failed')
  expect(odd[1]).toBe('replaced an unreadable state of the mirror')
  expect((await findStatus(reader))?.run).toBe('again')
})
