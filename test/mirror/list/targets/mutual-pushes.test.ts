// Two lists of one account whose pushes meet.
import { expect, test } from 'vitest'
import type { List, Region } from '../../../../mirror/list/config.ts'
import { mutualPushes } from '../../../../mirror/list/targets/mutual-pushes.ts'
import { listOf } from '../../lists.ts'

const REGIONS: Region[] = ['us-east-1', 'eu-west-1', 'ap-southeast-2']
const list = (home: Region, push?: List['push'], others: object = {}) =>
  listOf({ regions: REGIONS, home, images: ['redis'], ...(push && { push }), ...others })
const [here, there] = ['us-east-1', 'eu-west-1'] as const

test('finds pushes that are copied to each other, and names the list to write instead', () => {
  const found = mutualPushes(
    list(here, { repositories: ['base', 'team/*'] }),
    list(there, { repositories: ['team/app'] }),
  )
  expect(found).toMatch(
    /^"team\/\*" also matches .* use one mirror with push\.from: \[us-east-1, eu-west-1\]$/,
  )
})

test.each<[string, List['push'], List]>([
  ['other repositories', { repositories: ['team/*'] }, list(there, { repositories: ['base/*'] })],
  ['no pushes', { repositories: ['team/*'] }, list(there)],
  ['pushes of the same region', { repositories: ['team/*'] }, list(here, { repositories: ['team/*'] })],
  [
    'pushes that go on to a third region',
    { repositories: ['team/*'] },
    list(there, { repositories: ['team/*'], regions: ['ap-southeast-2'] }),
  ],
  [
    'pushes that go to another registry',
    { repositories: ['team/*'] },
    list(
      there,
      { repositories: ['team/*'], to: ['harbor'] },
      { targets: { harbor: { registry: 'harbor.example.com' } } },
    ),
  ],
])('allows a mirror beside one with %s', (_, push, other) => {
  expect(mutualPushes(list(here, push), other)).toBeUndefined()
  expect(mutualPushes(other, list(here, push))).toBeUndefined()
})
