// Describes a selection for people.
import { expect, test } from 'vitest'
import type { Select } from '../../../../mirror/contract.ts'
import {
  describeSelection,
  resemblingWarning,
  tooFewSelected,
} from '../../../../mirror/resolve/select/describe.ts'
import { selectTags } from '../../../../mirror/resolve/select/select-tags.ts'

const HEX = 'a'.repeat(64)
const AVAILABLE = ['7.4', '7.2', '7.4-rc1', 'latest', `sha256-${HEX}`, `sha256-${HEX}.sig`, '8.0']

async function tooFew(given: Partial<Select>, available: readonly string[] | undefined) {
  const select = { include: [], exclude: [], ...given }
  return tooFewSelected(await selectTags(select, available), select, available, 'quay.io/a/b')
}

test('a selection without tags is explained by what the source has, and by stage', async () => {
  expect(await tooFew({ include: ['/^9/'], exclude: ['/rc/'] }, AVAILABLE)).toBe(
    `no tag of quay.io/a/b matches /^9/ excluding /rc/; it has 5 tags: 7.2, 7.4, 7.4-rc1, 8.0, latest`,
  )
  expect(await tooFew({}, [])).toBe('no tag of quay.io/a/b matches /.*/; it has no tags')
})

test('a range without tags is explained, with the variants that it leaves out', async () => {
  const tags = ['3.20-alpine', '3.21-alpine', 'latest', '22.04', '3.22.0-rc1']
  expect(await tooFew({ semver: ['>=3', '<1'] }, tags)).toBe(
    'no tag of quay.io/a/b matches semver ">=3" or "<1"; of its 5 tags, 2 are no versions: 22.04, latest; 2 are of other variants: 3.20-alpine, 3.21-alpine; 1 is a prerelease: 3.22.0-rc1; a suffix is selected with "variant"',
  )
})

test('tags of the source are samples if there are many, and all stages count', async () => {
  const many = Array.from({ length: 12 }, (_, index) => `1.${11 - index}`)
  expect(await tooFew({ include: ['/^9/'] }, many)).toMatch(
    /; it has 12 tags, such as 1\.7, 1\.8, 1\.9, 1\.10, 1\.11$/,
  )
  expect(await tooFew({ include: ['/^1/'], semver: ['>=9'] }, [...many, 'edge'])).toContain(
    '; of its 13 tags, 1 is not included: edge; 12 are outside the range, such as 1.7, 1.8',
  )
  expect(await tooFew({ include: ['/^9/'] }, ['latest'])).toMatch(/; it has 1 tag: latest$/)
})

test('a single tag is told as one', async () => {
  expect(await tooFew({ include: ['7.4'], min: 2 }, undefined)).toBe(
    'only 1 tag of quay.io/a/b matches 7.4, but "tags.min" is 2',
  )
})

test('the counts of a selection are one sentence', async () => {
  const selected = await selectTags({ include: [], exclude: [], semver: ['>=7'], latest: 1 }, AVAILABLE)
  expect(describeSelection(selected, 'quay.io/a/b')).toBe(
    `of the 7 tags of quay.io/a/b, 1 is selected; 2 name artifacts, such as sha256-${HEX}; 1 is no version: latest; 1 is a prerelease: 7.4-rc1; 2 are older than the latest: 7.2, 7.4`,
  )
})

test('tags that resemble versions are named, as many as fit', () => {
  expect(resemblingWarning({ resembling: [] }, 'quay.io/a/b')).toBeUndefined()
  const months = Array.from({ length: 60 }, (_, index) => `2024.0${index}`)
  const warning = resemblingWarning({ resembling: months }, 'quay.io/a/b') ?? ''
  expect(warning).toContain(
    'quay.io/a/b: 60 tags resemble versions but are none, and not selected: 2024.00, 2024.01',
  )
  expect(warning).toContain('more; select such tags with "include" instead of "semver"')
  expect(warning.length).toBeLessThan(300)
})
