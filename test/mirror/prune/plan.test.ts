// What a run of a list prunes.
import { expect, test } from 'vitest'
import type { List } from '../../../mirror/list/config.ts'
import { identifiedEntries, planItems } from '../../../mirror/plan/plan.ts'
import { prunedPlaces } from '../../../mirror/prune/plan.ts'
import { listOf } from '../lists.ts'

const NOW = new Date('2026-11-30T12:00:00Z')
const regions: List['regions'] = ['us-east-1', 'eu-west-1']

function places(list: Parameters<typeof listOf>[0], schedule?: string) {
  const parsed = listOf(list)
  const items = planItems({ list: parsed, file: 'test', schedule, now: NOW })
  return prunedPlaces(identifiedEntries(parsed), items, NOW)
}

test('a list without prune prunes nothing', () => {
  expect(places({ regions, images: ['redis', { source: 'nginx', prune: false }] })).toEqual([])
})

test('has each repository once, with all of its targets and entries', () => {
  const [place, ...others] = places({
    regions,
    images: [{ source: 'redis', tags: { semver: '>=7' }, prune: true }, 'redis:6.2', 'nginx'],
  })
  expect(others).toEqual([])
  expect(place).toMatchObject({
    repository: 'redis',
    targets: [{ id: 'us-east-1' }, { id: 'eu-west-1' }],
    entries: [
      { image: 'redis', id: '00001-redis', rules: { gone: true, unselected: false, days: 7, share: 20 } },
      { image: 'redis:6.2', id: '00002-redis', wanted: ['6.2'] },
    ],
  })
  expect(place?.entries[0]).not.toHaveProperty('wanted')
})

test('separates targets that other entries share', () => {
  const found = places({
    regions,
    images: [
      { source: 'redis', prune: true },
      { source: 'redis:6.2', regions: ['eu-west-1'] },
    ],
  })
  expect(found.map(({ targets, entries }) => [targets.map(({ id }) => id), entries.length])).toEqual([
    [['us-east-1'], 1],
    [['eu-west-1'], 2],
  ])
})

test('an entry of another schedule has no item in the run', () => {
  const images = [
    { source: 'redis', tags: { semver: '>=7' }, prune: true, schedule: 'rate(1 hour)' },
    { source: 'redis:6.2' },
  ]
  const [place] = places({ regions, images }, 'rate(1 hour)')
  expect(place?.entries.map(({ id }) => id)).toEqual(['00001-redis', undefined])
})

test('an expired entry is pruned only if it says so', () => {
  const expires = (then?: 'prune') => ({ on: '2026-11-29', ...(then === undefined ? {} : { then }) })
  expect(places({ regions, images: [{ source: 'redis:7', expires: expires() }] })).toEqual([])
  const [place] = places({ regions, images: [{ source: 'redis:7', expires: expires('prune') }] })
  expect(place?.entries).toMatchObject([{ image: 'redis:7', expired: 'prune', wanted: ['7'] }])
  expect(place?.entries[0]).not.toHaveProperty('id')
})

test('the names of "to" are wanted', () => {
  const [place] = places({
    regions,
    images: [{ source: 'golang:1.17', to: ['go:1', 'go:latest'], prune: true }],
  })
  expect(place?.entries[0]?.wanted).toEqual(['1.17', '1', 'latest'])
})
