// The result of each tag of a pair.
import { expect, test } from 'vitest'
import type { Resolved, SyncResult } from '../../../mirror/documents.ts'
import { tagsOfPair } from '../../../mirror/report/tags-of-pair.ts'
import { descriptorOf, digestOf } from '../resolve/sources.ts'

const gone = { tag: '9', name: 'SourceNotFound', message: 'no such tag' }
const resolved: Resolved = {
  image: 'redis',
  tags: ['1', '2', '3', '4'].map((tag) => ({ tag, ...descriptorOf(tag) })),
  failed: [gone],
  artifacts: [],
}
const limited = { name: 'RateLimited', message: 'slow down' }
const broken = { name: 'InvalidImage', message: 'a blob is missing' }
const end = { bytes: 0, seconds: 0 }
const result: SyncResult = {
  outcome: {
    status: 'failed',
    ...end,
    blobs: { copied: 0, mounted: 0, present: 0 },
    warnings: 0,
    error: broken,
  },
  tags: [
    { tag: '2', digest: digestOf('2'), status: 'copied', ...end },
    { tag: '3', digest: digestOf('3'), status: 'failed', error: broken, ...end },
    { tag: '4', digest: digestOf('4'), status: 'deferred', error: limited, ...end },
    { tag: '9', status: 'failed', error: { name: gone.name, message: gone.message }, ...end },
  ],
  warnings: [],
  requests: {},
}

test('after a build: what it copied, what the target held before, and a reason for all else', () => {
  expect(tagsOfPair({ holdsRest: false, resolved, result })).toEqual({
    tags: [
      { tag: '1', digest: digestOf('1') },
      { tag: '2', digest: digestOf('2'), written: true },
    ],
    failedTags: [{ tag: '3', digest: digestOf('3'), ...broken }, gone],
    deferredTags: [{ tag: '4', digest: digestOf('4'), ...limited }],
  })
})

test('without a build: all that resolved, and what failed then', () => {
  const { tags, ...rest } = tagsOfPair({ holdsRest: true, resolved })
  expect(tags.map(({ tag }) => tag)).toEqual(['1', '2', '3', '4'])
  expect(rest).toEqual({ failedTags: [gone] })
})

test('tags of chosen platforms also have their digest at the source', () => {
  const origin = digestOf('source')
  const chosen = { ...resolved, tags: resolved.tags.map((tag) => ({ ...tag, origin })) }
  const held = tagsOfPair({ holdsRest: true, resolved: chosen }).tags
  expect(held[0]).toEqual({ tag: '1', digest: digestOf('1'), origin })
  const built = tagsOfPair({ holdsRest: false, resolved: chosen, result }).tags
  expect(built.map((tag) => tag.origin)).toEqual([origin, origin])
})

test('a build that left nothing proves nothing', () => {
  expect(tagsOfPair({ holdsRest: false, resolved })).toEqual({ tags: [], failedTags: [gone] })
  expect(tagsOfPair({ holdsRest: false })).toEqual({ tags: [] })
})

test('where nothing failed, nothing is said of it', () => {
  const { failed: _, ...well } = resolved
  expect(Object.keys(tagsOfPair({ holdsRest: true, resolved: well }))).toEqual(['tags'])
})

test('a tag that the target keeps has the digest of the target', () => {
  const kept = [{ tag: '2', digest: digestOf('other'), source: digestOf('2') }]
  expect(tagsOfPair({ holdsRest: true, resolved, kept }).tags).toEqual([
    { tag: '1', digest: digestOf('1') },
    { tag: '2', digest: digestOf('other') },
    { tag: '3', digest: digestOf('3') },
    { tag: '4', digest: digestOf('4') },
  ])
})
