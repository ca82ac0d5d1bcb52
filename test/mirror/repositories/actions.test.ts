// The permissions on settings of repositories that a list needs, and no others.
import { expect, test } from 'vitest'
import { settingsActions } from '../../../mirror/repositories/actions.ts'
import { listOf } from '../../infra/templates.ts'

const of = (repositories: object, others: object = {}) =>
  settingsActions(listOf({ repositories, ...others }), ({ kind }) => kind === 'region')
const READ = ['ecr:DescribeRepositories', 'ecr:ListTagsForResource']
const LIFECYCLE = { any: { newest: 10 } }
const POLICY = { pull: { accounts: ['111122223333'] } }

test.each<[string, object, string[], string[]]>([
  ['nothing', {}, [], []],
  ['nothing to compare', { reconcile: true, lifecycle: 'none', policy: 'none' }, [], []],
  ['scans', { scanOnPush: true }, READ, []],
  [
    'a lifecycle policy',
    { lifecycle: LIFECYCLE },
    [...READ, 'ecr:GetLifecyclePolicy'],
    ['ecr:ListTagsForResource', 'ecr:PutLifecyclePolicy'],
  ],
  [
    'a policy',
    { policy: POLICY },
    [...READ, 'ecr:GetRepositoryPolicy'],
    ['ecr:ListTagsForResource', 'ecr:SetRepositoryPolicy'],
  ],
  [
    'what is mended',
    { immutableTags: true, scanOnPush: true, tags: { a: 'b' }, reconcile: true },
    [...READ, 'ecr:PutImageTagMutability', 'ecr:PutImageScanningConfiguration', 'ecr:TagResource'],
    [],
  ],
  [
    'documents that are mended',
    { lifecycle: LIFECYCLE, policy: POLICY, reconcile: { loosen: ['policy'] } },
    [
      ...READ,
      'ecr:GetLifecyclePolicy',
      'ecr:GetRepositoryPolicy',
      'ecr:PutLifecyclePolicy',
      'ecr:SetRepositoryPolicy',
    ],
    ['ecr:ListTagsForResource', 'ecr:PutLifecyclePolicy', 'ecr:SetRepositoryPolicy'],
  ],
])('grants what %s needs', (_, repositories, readers, creators) => {
  expect(of(repositories)).toEqual({ readers, creators, keys: [] })
})

test('grants what a single image or a push needs', () => {
  const image = { source: 'redis', repositories: { lifecycle: LIFECYCLE } }
  expect(of({}, { images: [image] }).readers).toContain('ecr:GetLifecyclePolicy')
  const own = { source: 'redis', repositories: { policy: 'none' } }
  expect(of({ policy: POLICY }, { images: [own] }).readers).toEqual([])
  const push = { repositories: ['team/*'] }
  expect(of({ policy: POLICY }, { images: [own], push }).readers).toContain('ecr:GetRepositoryPolicy')
})

test('grants what images from elsewhere need, at every target that they may go to', () => {
  const elsewhere = { images: [], imagesFrom: 's3://lists/images.yaml' }
  expect(of({ policy: POLICY }, elsewhere).readers).toContain('ecr:GetRepositoryPolicy')
  const targets = { prod: { account: '210987654321', regions: ['eu-west-1'] } }
  const list = listOf({ repositories: { policy: POLICY }, targets, ...elsewhere })
  expect(settingsActions(list, ({ id }) => id === 'prod/eu-west-1').readers).toContain(
    'ecr:GetRepositoryPolicy',
  )
})

test('grants nothing for images that go elsewhere', () => {
  const targets = { harbor: { registry: 'harbor.example.com' } }
  const images = [{ source: 'redis', targets: ['harbor'] }]
  expect(of({ policy: POLICY }, { images, targets })).toEqual({ readers: [], creators: [], keys: [] })
})
