// Errors in `tags`, with place and fix.
import { expect, test } from 'vitest'
import { checkTags } from '../../../../mirror/list/tags/check-tags.ts'
import type { Tags } from '../../../../mirror/list/tags/schema.ts'

function texts(tags: Tags): string[] {
  return checkTags(tags, ['tags']).map(({ text }) => text)
}

test.each<[Tags, string]>([
  [{ include: ['/(/'] }, 'tags.include[0]: "/(/" is not a valid RE2 regular expression'],
  [{ exclude: ['7.4', '/x/i'] }, 'tags.exclude[1]: "/x/i" has flags'],
  [{ semver: '>=1.2, <2' }, 'tags.semver: ">=1.2, <2" is not a version range; write ">=1.2 <2"'],
  [{ semver: ['^1', ''] }, 'tags.semver[1]: "" is not a version range; write "*"'],
  [{ variant: '-alpine' }, 'tags.variant: "-alpine" is not a variant; write "alpine"'],
  [{ by: 'name' }, 'tags.by: "by" needs "latest"'],
  [{ include: ['7.4'], latest: 3 }, 'tags.latest: "include" names exact tags alone'],
  [{ include: ['7.4'], min: 2 }, 'tags.min: 2 tags cannot be selected because "include" names only 1'],
  [{ latest: 3, min: 4 }, 'tags.min: 4 tags cannot be selected because "latest" keeps 3'],
  [{ include: ['7.4'], semver: '*', latest: 1, min: 3 }, 'tags.min: 3 tags cannot be selected'],
])('%j: %s', (tags, text) => {
  expect(texts(tags)).toEqual([expect.stringContaining(text)])
})

test.each<[Tags]>([
  [{ include: ['latest'], semver: '>=1', latest: 3, min: 4 }],
  [{ include: ['/^v/', '7.4'], min: 3 }],
  [{ variant: ['alpine', 'slim'], latest: 2, min: 4 }],
  [{ variant: '/.*/', latest: 2, min: 40 }],
  [{ latest: 3, by: 'name' }],
])('%j has no problem', (tags) => {
  expect(texts(tags)).toEqual([])
})

test('every problem is reported', () => {
  expect(texts({ include: ['a b'], exclude: ['/(/'], semver: '', variant: '-x', by: 'name' })).toHaveLength(5)
})
