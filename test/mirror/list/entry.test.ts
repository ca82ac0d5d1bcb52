// The defaults of an entry.
import { expect, test } from 'vitest'
import type { Select } from '../../../mirror/contract.ts'
import type { ImageEntry, List } from '../../../mirror/list/config.ts'
import { allTargets, readEntry } from '../../../mirror/list/entry.ts'
import { regionTarget } from '../../../mirror/target.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const regions: List['regions'] = ['us-east-1', 'eu-west-1']
const repositories: List['repositories'] = { immutableTags: false, scanOnPush: true, tags: {} }

test.each<[string, ImageEntry, List['defaults'], Select]>([
  ['a plain reference means latest', 'redis', undefined, { include: ['latest'], exclude: [] }],
  ['a tag in the reference means that tag', 'redis:7.4', undefined, { include: ['7.4'], exclude: [] }],
  ['a digest means no tag', `redis@${DIGEST}`, undefined, { include: [], exclude: [], digest: DIGEST }],
  [
    'tag and digest pin the tag',
    `redis:7@${DIGEST}`,
    undefined,
    { include: ['7'], exclude: [], digest: DIGEST },
  ],
  [
    'exclude alone means all other tags',
    { source: 'redis', tags: { exclude: ['/rc/'] } },
    undefined,
    { include: [], exclude: ['/rc/'] },
  ],
  [
    'defaults count for an entry without a tag',
    'redis',
    { tags: { include: ['/^7/'], min: 3 } },
    { include: ['/^7/'], exclude: [], min: 3 },
  ],
  [
    'defaults do not count against a tag',
    'redis:7.4',
    { tags: { include: ['/^8/'] } },
    { include: ['7.4'], exclude: [] },
  ],
  [
    'a range alone selects among all tags; one is a list of one',
    { source: 'redis', tags: { semver: '>=7', variant: ['alpine', 'slim'], latest: 3 } },
    undefined,
    { include: [], exclude: [], semver: ['>=7'], variant: ['alpine', 'slim'], latest: 3 },
  ],
  [
    'keys that select no tags leave latest, with those of the defaults',
    { source: 'redis', tags: { missingOnly: true } },
    { tags: { immutable: ['/^v/'] } },
    { include: ['latest'], exclude: [], immutable: ['/^v/'], missingOnly: true },
  ],
  [
    'keys that select no tags leave the selection of the defaults',
    { source: 'redis', tags: { missingOnly: true } },
    { tags: { semver: '>=7' } },
    { include: [], exclude: [], semver: ['>=7'], missingOnly: true },
  ],
  [
    'keys of the defaults that select no tags apply to a tag in the reference',
    'redis:7.4',
    { tags: { immutable: ['/^\\d/'], missingOnly: true, semver: '>=8' } },
    { include: ['7.4'], exclude: [], immutable: ['/^\\d/'], missingOnly: true },
  ],
  [
    'keys that select no tags stand next to a tag in the reference',
    { source: 'redis:7.4', tags: { immutable: ['7.4'] } },
    undefined,
    { include: ['7.4'], exclude: [], immutable: ['7.4'] },
  ],
  [
    'a pinned digest takes nothing of the defaults',
    `redis:7@${DIGEST}`,
    { tags: { missingOnly: true } },
    { include: ['7'], exclude: [], digest: DIGEST },
  ],
  [
    'own tags count more than defaults',
    { source: 'redis', tags: { include: ['7'] } },
    { tags: { include: ['8'], exclude: ['/rc/'] } },
    { include: ['7'], exclude: [] },
  ],
])('%s', (_, entry, defaults, select) => {
  expect(readEntry(entry, { regions, repositories, defaults }).select).toEqual(select)
})

test('everything but the source can come from the list', () => {
  const defaults: List['defaults'] = { regions: ['eu-west-1'], credentials: 'hub' }
  expect(
    readEntry('docker.io/library/redis:7.4', { regions, repositories, prefix: 'mirror', defaults }),
  ).toEqual({
    image: 'docker.io/library/redis:7.4',
    ref: { registry: 'docker.io', repository: 'library/redis', tag: '7.4' },
    select: { include: ['7.4'], exclude: [] },
    repository: 'mirror/redis',
    targets: [regionTarget('eu-west-1')],
    schedule: 'rate(1 day)',
    settings: { credentials: 'hub', repositories },
  })
})

test.each([
  ['its own', { source: 'redis', schedule: 'rate(1 hour)' }, 'rate(2 days)', 'rate(1 hour)'],
  ["the list's", 'redis', 'rate(2 days)', 'rate(2 days)'],
  ['once a day', 'redis', undefined, 'rate(1 day)'],
])('its schedule is %s', (_what, entry, schedule, expected) => {
  const list = schedule === undefined ? { regions, repositories } : { regions, repositories, schedule }
  expect(readEntry(entry, list).schedule).toBe(expected)
})

test('what the entry says itself counts more', () => {
  const own = {
    source: 'redis',
    repository: 'base/redis',
    regions: ['us-east-1' as const],
    credentials: 'mine',
  }
  const defaults: List['defaults'] = { regions: ['eu-west-1'], credentials: 'hub' }
  expect(readEntry(own, { regions, repositories, prefix: 'mirror', defaults })).toMatchObject({
    repository: 'base/redis',
    targets: [regionTarget('us-east-1')],
    settings: { credentials: 'mine', repositories },
  })
})

test('a key without a value counts as left out, as it may be in the props of a construct', () => {
  const entry = { source: 'redis', credentials: undefined }
  const defaults: List['defaults'] = { credentials: 'hub' }
  expect(readEntry(entry, { regions, repositories, defaults }).settings.credentials).toBe('hub')
})

test('an image goes to the targets that it or the defaults choose, and to the regions by default', () => {
  const targets: NonNullable<List['targets']> = {
    harbor: { registry: 'harbor.example.com', namespace: 'mirror', credentials: 'push' },
    plain: { registry: '127.0.0.1:5000' },
  }
  const list = { regions, repositories, prefix: 'cache', targets }
  const read = (given: ImageEntry, defaults?: List['defaults']) =>
    readEntry(given, { ...list, ...(defaults && { defaults }) }).targets
  const harbor = {
    id: 'harbor',
    kind: 'registry',
    registry: 'harbor.example.com',
    repository: 'mirror/redis',
    credentials: 'push',
  }
  const plain = { id: 'plain', kind: 'registry', registry: '127.0.0.1:5000', repository: 'redis' }
  expect(read('redis')).toEqual(regions.map(regionTarget))
  expect(read('redis', { targets: ['harbor'] })).toEqual([harbor])
  const all = {
    source: 'redis',
    targets: ['plain', 'regions', 'harbor'],
    regions: [regions[1] as 'eu-west-1'],
  }
  expect(read(all, { targets: ['harbor'] })).toEqual([plain, regionTarget('eu-west-1'), harbor])
  expect(read({ source: 'redis', repository: 'a/b', targets: ['harbor'] })).toEqual([
    { ...harbor, repository: 'mirror/a/b' },
  ])
})

test('all targets are those of the list, whatever its defaults choose', () => {
  const list = {
    regions,
    defaults: { regions: ['eu-west-1' as const], targets: ['harbor'] },
    targets: { harbor: { registry: 'harbor.example.com' } },
  }
  expect(allTargets(list).map(({ id }) => id)).toEqual(['us-east-1', 'eu-west-1', 'harbor'])
})
