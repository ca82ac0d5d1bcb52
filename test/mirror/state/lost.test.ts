// Tags that a target has lost, by the record of the state.
import { expect, test } from 'vitest'
import type { PairReport } from '../../../mirror/documents.ts'
import { lostNotices, lostTags } from '../../../mirror/state/lost.ts'
import { digestOf } from '../resolve/sources.ts'
import { observed } from './records.ts'

const TAG = { tag: '7.4', digest: digestOf('a'), written: true } as const
type Tag = PairReport['tags'][number]

const lost = (before: Tag | undefined, now: Tag, minutes = 60) =>
  lostTags(before && observed(1, { tags: [before] }), observed(minutes, { tags: [now] })).map(
    ({ tag }) => tag,
  )

test.each<[string, Tag | undefined, Tag, string[]]>([
  ['a tag that is written again with the same digest', TAG, TAG, ['7.4']],
  ['one that an earlier run found at the target', { ...TAG, written: undefined }, TAG, ['7.4']],
  ['one that is still there', TAG, { ...TAG, written: undefined }, []],
  ['one that is new', undefined, TAG, []],
  ['one that has moved at the source', TAG, { ...TAG, digest: digestOf('b'), was: TAG.digest }, []],
  ['one that another client had moved', TAG, { ...TAG, was: digestOf('b') }, []],
])('judges %s', (_, before, now, tags) => {
  expect(lost(before, now)).toEqual(tags)
})

test('a retry of Report finds nothing lost', () => {
  expect(lost(TAG, TAG, 1)).toEqual([])
})

test('the notice names a few of many tags', () => {
  expect(lostNotices([])).toEqual([])
  const many = Array.from({ length: 7 }, (_, index) => ({
    repository: 'mirror/redis',
    tag: `${index}`,
    target: 'us-east-1',
  }))
  expect(lostNotices(many)).toEqual([
    '7 tags had disappeared from targets and had to be copied again: mirror/redis:0 in us-east-1, mirror/redis:1 in us-east-1, mirror/redis:2 in us-east-1, mirror/redis:3 in us-east-1, mirror/redis:4 in us-east-1, and 2 more. Look for what deletes tags there, such as a lifecycle policy: each run copies them again.',
  ])
})
