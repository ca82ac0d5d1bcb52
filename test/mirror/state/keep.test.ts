// What is stored of a record.
import { expect, test } from 'vitest'
import { MAX_TAGS, nextRecord } from '../../../mirror/state/keep.ts'
import { digestOf } from '../resolve/sources.ts'
import { observed, timeAt } from './records.ts'

const tags = [{ tag: '7', digest: digestOf('a') }]

test('stores the first record, and one with another digest or writer', () => {
  const first = observed(1, { tags })
  expect(nextRecord(undefined, first)).toEqual(first)
  const others = [
    { tags: [{ tag: '7', digest: digestOf('b') }] },
    { tags: [...tags, { tag: '8', digest: digestOf('b') }] },
    { tags: [{ tag: '7', digest: digestOf('a'), written: true as const }] },
    { tags, target: 'eu-west-1' },
    { tags, image: 'redis:7' },
  ]
  for (const other of others) expect(nextRecord(first, observed(2, other))).toBeDefined()
})

test('does not store a newer time alone, but one that is hours newer', () => {
  const first = observed(1, { tags })
  expect(nextRecord(first, observed(2, { tags }))).toBeUndefined()
  const later = nextRecord(first, observed(1 + 3 * 60, { tags }))
  expect(later?.targets['us-east-1']?.tags['7']).toMatchObject({
    changed: timeAt(1),
    verified: timeAt(1 + 3 * 60),
  })
})

test('drops the tags that were seen least recently', () => {
  const many = Array.from({ length: MAX_TAGS }, (_, index) => ({ tag: `n${index}`, digest: digestOf('a') }))
  const stored = observed(1, { tags })
  const next = nextRecord(stored, observed(2, { tags: many }))
  expect(Object.keys(next?.targets['us-east-1']?.tags ?? {})).toHaveLength(MAX_TAGS)
  expect(next?.targets['us-east-1']?.tags).not.toHaveProperty('7')
})

test('shares the tags of a record among its targets', () => {
  const many = Array.from({ length: MAX_TAGS }, (_, index) => ({ tag: `n${index}`, digest: digestOf('a') }))
  const next = nextRecord(observed(1, { tags: many }), observed(2, { tags, target: 'eu-west-1' }))
  expect(Object.keys(next?.targets['us-east-1']?.tags ?? {})).toHaveLength(MAX_TAGS / 2)
})
