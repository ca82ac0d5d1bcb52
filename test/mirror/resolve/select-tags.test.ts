// Which tags the words of a list mean.
import { expect, test } from 'vitest'
import { needsTagList, selectTags, tooFewSelected } from '../../../mirror/resolve/select-tags.ts'

const HEX = 'a'.repeat(64)
const NONE = { exact: [], found: [] }
const AVAILABLE = ['7.4', '7.2', '7.4-rc1', 'latest', `sha256-${HEX}`, `sha256-${HEX}.sig`, '8.0']

test.each([
  ['an exact tag', ['7.4'], [], ['7.4'], []],
  ['an exact tag that is not listed', ['9'], [], ['9'], []],
  ['a tag twice', ['7.4', '7.4'], [], ['7.4'], []],
  ['a pattern', ['/^7/'], [], [], ['7.2', '7.4', '7.4-rc1']],
  ['a pattern with exceptions', ['/^7/'], ['/-rc/', '7.2'], [], ['7.4']],
  ['both, each tag once', ['7.4', '/^7/'], ['/-rc/'], ['7.4'], ['7.2']],
  ['an exact tag that is excluded', ['7.4', '8.0'], ['/^7/'], ['8.0'], []],
  ['exceptions alone', [], ['/-rc/'], [], ['7.2', '7.4', '8.0', 'latest']],
  ['nothing said', [], [], [], ['7.2', '7.4', '7.4-rc1', '8.0', 'latest']],
])('%s', (_, include, exclude, exact, found) => {
  expect(selectTags({ include, exclude }, AVAILABLE)).toEqual({ exact, found })
})

test('tags that name an artifact are no images, unless they are spelt out', () => {
  expect(selectTags({ include: ['/^sha256-/'], exclude: [] }, AVAILABLE).found).toEqual([])
  expect(selectTags({ include: [`sha256-${HEX}.sig`], exclude: [] }, AVAILABLE).exact).toHaveLength(1)
})

test.each([
  ['exact tags', { include: ['7.4'], exclude: ['/rc/'] }, false],
  ['a pinned digest', { include: [], exclude: [], digest: `sha256:${HEX}` }, false],
  ['a pattern', { include: ['7.4', '/^8/'], exclude: [] }, true],
  ['all tags', { include: [], exclude: ['/rc/'] }, true],
])('%s: does the source have to list its tags? %s', (_, select, expected) => {
  expect(needsTagList(select)).toBe(expected)
})

test('patterns that select nothing are told with what there is', () => {
  expect(tooFewSelected(NONE, { include: ['/^9/'], exclude: ['/rc/'] }, AVAILABLE, 'quay.io/a/b')).toBe(
    `no tag of quay.io/a/b matches /^9/ excluding /rc/: it has 5, such as 7.4, 7.2, 7.4-rc1, latest, 8.0`,
  )
  expect(tooFewSelected(NONE, { include: [], exclude: [] }, [], 'quay.io/a/b')).toContain('it has no tags')
})

test('a single tag is told as one', () => {
  const only = { exact: ['7.4'], found: [] }
  expect(
    tooFewSelected(only, { include: ['7.4', '/^9/'], exclude: [], min: 2 }, undefined, 'quay.io/a/b'),
  ).toBe('only 1 tag of quay.io/a/b matches 7.4, /^9/, but "tags.min" is 2')
})
