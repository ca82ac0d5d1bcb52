// Entries that are too large for the workflow's payloads.
import { expect, test } from 'vitest'
import { MAX_ENTRY_BYTES, oversizedEntries } from '../../../mirror/list/entry-size.ts'
import { listOf } from '../lists.ts'

function entryOf(tags: number) {
  return { source: 'quay.io/team/app', tags: { include: Array(tags).fill('1'.repeat(97)) } }
}

test('hundreds of tags have room, and a thousand have not', () => {
  const images = ['redis', entryOf(600), entryOf(1_000)]
  const [problem, ...more] = oversizedEntries(listOf({ regions: ['us-east-1'], images }))
  expect(more).toEqual([])
  expect(problem?.path).toEqual(['images', 2])
  expect(problem?.text).toMatch(
    new RegExp(`^images\\[2\\]: takes 100\\d{3} bytes.* room for ${MAX_ENTRY_BYTES}: name fewer tags`),
  )
})
