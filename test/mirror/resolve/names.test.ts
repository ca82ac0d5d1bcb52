// The tag of a source under the names that the list gives it.
import { expect, test } from 'vitest'
import { underNames } from '../../../mirror/resolve/names.ts'
import { descriptorOf } from './sources.ts'

const ONE = { tag: '1.17', ...descriptorOf('a') }
const UNTAGGED = { ...descriptorOf('a'), pinned: true }

test('one tag is there under each of its names, and remembers its own', () => {
  expect(underNames([ONE], ['1.17', 'latest', null])).toEqual([
    ONE,
    { ...ONE, tag: 'latest', sourceTag: '1.17' },
  ])
})

test('a pinned digest without a tag gets the names alone', () => {
  expect(underNames([UNTAGGED], ['stable'])).toEqual([{ ...UNTAGGED, tag: 'stable' }])
})

test('without names, and of an image without tags, nothing changes', () => {
  const tags = [ONE, { ...ONE, tag: '2' }]
  expect(underNames(tags, undefined)).toBe(tags)
  expect(underNames([], ['stable'])).toEqual([])
})

test('several tags cannot have one name', () => {
  expect(() => underNames([ONE, { ...ONE, tag: '1.18' }], ['latest'])).toThrow(
    expect.objectContaining({ name: 'InvalidTarget', message: expect.stringContaining('1.17, 1.18') }),
  )
})
