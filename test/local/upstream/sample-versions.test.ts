// Tags that are made up for lists that select by version.
import { expect, test } from 'vitest'
import { lackingVersions } from '../../../local/upstream/sample-versions.ts'
import type { Select } from '../../../mirror/contract.ts'
import { selectTags } from '../../../mirror/resolve/select/select-tags.ts'

test.each<[string, Partial<Select>]>([
  ['a range', { semver: ['>=1.2 <3'] }],
  ['a range far from the samples', { semver: ['^17.3'] }],
  ['several ranges', { semver: ['^1', '>=9'] }],
  ['one version', { semver: ['1.2.3'] }],
  ['a prerelease', { semver: ['>=2.0.0-rc.1 <2.0.0'] }],
  ['a variant', { variant: ['alpine'] }],
  ['a range of variants', { semver: ['>=3.20'], variant: ['alpine', 'slim'] }],
  ['a minimum', { semver: ['>=1.2'], latest: 6, min: 5 }],
])('makes tags for %s', async (_, given) => {
  const select = { include: [], exclude: [], ...given }
  const tags = await lackingVersions(select, ['latest'])
  const { found } = await selectTags(select, tags)
  expect(found.length).toBeGreaterThanOrEqual(given.min ?? 1)
  expect(await lackingVersions(select, tags)).toEqual([])
})

test('makes no tags for selections that do not ask for versions', async () => {
  expect(await lackingVersions({ include: ['/^v/'], exclude: [] }, [])).toEqual([])
})
