// Selects tags by the list's filters.
import { expect, test } from 'vitest'
import type { Select } from '../../../../mirror/contract.ts'
import { needsTagList, selectTags } from '../../../../mirror/resolve/select/select-tags.ts'

const HEX = 'a'.repeat(64)
const AVAILABLE = ['7.4', '7.2', '7.4-rc1', 'latest', `sha256-${HEX}`, `sha256-${HEX}.sig`, '8.0']

async function select(given: Partial<Select>, available = AVAILABLE) {
  return await selectTags({ include: [], exclude: [], ...given }, available)
}

test.each([
  ['an exact tag', ['7.4'], [], ['7.4'], []],
  ['an exact tag that is not listed', ['9'], [], ['9'], []],
  ['a tag twice', ['7.4', '7.4'], [], ['7.4'], []],
  ['a pattern', ['/^7/'], [], [], ['7.2', '7.4', '7.4-rc1']],
  ['a pattern with exceptions', ['/^7/'], ['/-rc/', '7.2'], [], ['7.4']],
  ['both, each tag once', ['7.4', '/^7/'], ['/-rc/'], ['7.4'], ['7.2']],
  ['an exact tag that is excluded', ['7.4', '8.0'], ['/^7/'], ['8.0'], []],
  ['exceptions alone', [], ['/-rc/'], [], ['7.2', '7.4', '8.0', 'latest']],
  ['no keys', [], [], [], ['7.2', '7.4', '7.4-rc1', '8.0', 'latest']],
])('%s', async (_, include, exclude, exact, found) => {
  expect(await select({ include, exclude })).toMatchObject({ exact, found })
})

test('tags that name an artifact are selected by their exact name only', async () => {
  expect((await select({ include: ['/^sha256-/'] })).found).toEqual([])
  expect((await select({ include: [`sha256-${HEX}.sig`] })).exact).toHaveLength(1)
})

test.each<[string, Partial<Select>, boolean]>([
  ['exact tags', { include: ['7.4'], exclude: ['/rc/'] }, false],
  ['a pinned digest', { digest: `sha256:${HEX}` }, false],
  ['a pattern', { include: ['7.4', '/^8/'] }, true],
  ['all tags', { exclude: ['/rc/'] }, true],
  ['a range', { include: ['latest'], semver: ['>=7'] }, true],
  ['a variant', { variant: ['alpine'] }, true],
  ['the newest', { latest: 3 }, true],
])('whether %s need the list of the source', (_, given, expected) => {
  expect(needsTagList({ include: [], exclude: [], ...given })).toBe(expected)
})

const NODES = [
  'v1.0.0',
  'v1.2.0',
  '1.3.0-rc.1',
  '1.3.0',
  'v2.0.0',
  'v2.1.0-rc.1',
  '3.0.0',
  'latest',
  '20240115',
]

test.each<[string, Partial<Select>, string[]]>([
  ['a range', { semver: ['>=1.2 <3'] }, ['1.3.0', 'v1.2.0', 'v2.0.0']],
  ['either of two ranges', { semver: ['^1.2', '>=3'] }, ['1.3.0', '3.0.0', 'v1.2.0']],
  ['all versions', { semver: ['*'] }, ['1.3.0', '3.0.0', 'v1.0.0', 'v1.2.0', 'v2.0.0']],
  ['a range that names a prerelease', { semver: ['>=1.3.0-rc1 <2'] }, ['1.3.0', '1.3.0-rc.1']],
  ['a range next to a named tag', { include: ['latest'], semver: ['>=3'] }, ['latest', '3.0.0']],
  ['versions among what a pattern matches', { include: ['/^v/'], semver: ['>=1.2'] }, ['v1.2.0', 'v2.0.0']],
  ['a range with exceptions', { semver: ['>=2'], exclude: ['/^v/'] }, ['3.0.0']],
  ['the newest versions', { latest: 2 }, ['3.0.0', 'v2.0.0']],
  ['the newest in a range', { semver: ['<3'], latest: 2 }, ['v2.0.0', '1.3.0']],
  [
    'the newest, and a named tag on top',
    { include: ['v1.0.0'], semver: ['*'], latest: 1 },
    ['v1.0.0', '3.0.0'],
  ],
  ['the newest of what exceptions leave', { exclude: ['3.0.0'], latest: 1 }, ['v2.0.0']],
  ['the newest prerelease', { semver: ['>=2.1.0-0 <2.1.0'], latest: 1 }, ['v2.1.0-rc.1']],
])('%s', async (_, given, tags) => {
  const { exact, found } = await select(given, NODES)
  expect([...exact, ...found]).toEqual(tags)
})

const ALPINES = [
  '3.20.1',
  '3.20.1-alpine',
  '3.21-alpine',
  '3.22.0-rc1-alpine',
  '3.19.0-slim',
  '3.22.0',
  '1.0',
]

test.each<[string, Partial<Select>, string[]]>([
  ['no variant', { semver: ['>=3'] }, ['3.20.1', '3.22.0']],
  ['one variant', { semver: ['>=3'], variant: ['alpine'] }, ['3.20.1-alpine', '3.21-alpine']],
  ['a variant without a range', { variant: ['slim'] }, ['3.19.0-slim']],
  ['two variants', { variant: ['alpine', 'slim'] }, ['3.19.0-slim', '3.20.1-alpine', '3.21-alpine']],
  ['a regular expression', { variant: ['/^(slim)?$/'] }, ['1.0', '3.19.0-slim', '3.20.1', '3.22.0']],
  ['the newest of each variant', { variant: ['/.*/'], latest: 1 }, ['3.22.0', '3.21-alpine', '3.19.0-slim']],
])('of versions with suffixes, %s', async (_, given, tags) => {
  expect((await select(given, ALPINES)).found).toEqual(tags)
})

test('a rebuild is newer than the build before it, within its variant', async () => {
  const tags = ['1.27.3-debian-12-r4', '1.27.3-debian-12-r10', '1.27.2-debian-12-r11', '1.28.0-debian-11-r0']
  expect((await select({ variant: ['debian-12'], latest: 1 }, tags)).found).toEqual(['1.27.3-debian-12-r10'])
  expect((await select({ variant: ['debian-12-r4'] }, tags)).found).toEqual(['1.27.3-debian-12-r4'])
})

test('equal versions are kept together, and count once', async () => {
  const tags = ['1.2.2', 'v1.2.3', '1.2.3', '1.2.1']
  expect((await select({ latest: 2 }, tags)).found).toEqual(['1.2.3', 'v1.2.3', '1.2.2'])
})

test('by name, numbers count as numbers, and tags need not be versions', async () => {
  const tags = ['nightly-9', 'nightly-10', 'nightly-8', 'latest']
  expect((await select({ include: ['/^nightly/'], latest: 2, by: 'name' }, tags)).found).toEqual([
    'nightly-10',
    'nightly-9',
  ])
})

test('every dropped tag is counted once, in the stage that drops it', async () => {
  const tags = [...NODES, ...ALPINES, `sha256-${HEX}.sig`, '22.04', 'edge']
  const { listed, selected, stages, found } = await select(
    {
      include: ['latest', '20240115', '/[^e]$/'],
      semver: ['>=1.1'],
      exclude: ['20240115', '3.22.0'],
      latest: 2,
    },
    tags,
  )
  expect(stages).toEqual([
    { stage: 'artifact', dropped: 1, samples: [`sha256-${HEX}.sig`] },
    { stage: 'include', dropped: 4, samples: ['3.20.1-alpine', '3.21-alpine', '3.22.0-rc1-alpine', 'edge'] },
    { stage: 'notVersion', dropped: 1, samples: ['22.04'] },
    { stage: 'variant', dropped: 1, samples: ['3.19.0-slim'] },
    { stage: 'prerelease', dropped: 2, samples: ['1.3.0-rc.1', 'v2.1.0-rc.1'] },
    { stage: 'semver', dropped: 2, samples: ['v1.0.0', '1.0'] },
    { stage: 'exclude', dropped: 2, samples: ['20240115', '3.22.0'] },
    { stage: 'latest', dropped: 3, samples: ['v1.2.0', '1.3.0', 'v2.0.0'] },
  ])
  expect(found).toEqual(['3.20.1', '3.0.0'])
  expect([listed, selected]).toEqual([tags.length, 3])
  expect(stages.reduce((sum, { dropped }) => sum + dropped, selected)).toBe(listed)
})

test('a named tag that the source does not list is not counted among the listed', async () => {
  expect(await select({ include: ['9', '/^7/'] })).toMatchObject({ exact: ['9'], listed: 7, selected: 3 })
})

test('tags that resemble versions are reported if versions are asked for', async () => {
  const tags = ['22.04', '24.10', 'latest']
  expect((await select({ semver: ['>=20'] }, tags)).resembling).toEqual(['22.04'])
  expect((await select({ include: ['/^2/'] }, tags)).resembling).toEqual([])
})
