// Makes a list of one image from a push.
import { expect, test } from 'vitest'
import { type Push, pushList } from '../../../mirror/plan/push-list.ts'
import { listOf } from '../lists.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const push: Push = {
  account: '123456789012',
  region: 'us-east-1',
  repository: 'team/app',
  tag: '1.0',
  digest: DIGEST,
}
const configured = listOf({
  regions: ['us-east-1', 'eu-west-1', 'ap-south-1'],
  prefix: 'mirror',
  images: ['redis'],
  defaults: { credentials: 'hub' },
  push: { repositories: ['team/*'] },
})

test('a push goes to the same repository of every other region, pinned to what was pushed', () => {
  expect(pushList(push, { list: configured }, 'input')).toEqual(
    listOf({
      regions: ['us-east-1', 'eu-west-1', 'ap-south-1'],
      images: [
        {
          source: `123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:1.0@${DIGEST}`,
          repository: 'team/app',
          targets: ['regions'],
          regions: ['eu-west-1', 'ap-south-1'],
        },
      ],
    }),
  )
})

test('what is restored goes to the region of the push as well', () => {
  const list = {
    ...configured,
    push: { repositories: ['*'], from: ['us-east-1' as const, 'eu-west-1' as const] },
  }
  expect(pushList(push, { list }, 'input', true)?.images).toMatchObject([{ regions: configured.regions }])
})

test('pushes are copied from the home region, or from those that the list names', () => {
  const other = { ...push, region: 'eu-west-1' as const }
  expect(() => pushList(other, { list: configured }, 'input')).toThrow('the push regions are us-east-1')
  const list = { ...configured, push: { repositories: ['*'], from: ['eu-west-1' as const] } }
  expect(pushList(other, { list }, 'input')?.images).toMatchObject([{ regions: ['us-east-1', 'ap-south-1'] }])
  expect(() => pushList(push, { list }, 'input')).toThrow('the push regions are eu-west-1')
})

test('pushes can have regions of their own', () => {
  const list = { ...configured, push: { repositories: ['*'], regions: ['ap-south-1' as const] } }
  expect(pushList(push, { list }, 'input')?.images).toMatchObject([{ regions: ['ap-south-1'] }])
})

test('a push into the only region that wants it is nothing to do', () => {
  const list = { ...configured, push: { repositories: ['*'], regions: ['us-east-1' as const] } }
  expect(pushList(push, { list }, 'input')).toBeUndefined()
})

test.each<[string, Partial<Push>, string]>([
  ['a repository that is not named', { repository: 'other/app' }, 'its "push.repositories" are team/*'],
  [
    'a region that is not configured',
    { region: 'us-west-2' },
    '"us-west-2" is not a region whose pushes are copied',
  ],
  ['another account', { account: '999999999999' }, 'push.account: "999999999999" is not this account'],
])('fails for %s', (_, part, complaint) => {
  expect(() =>
    pushList({ ...push, ...part }, { list: configured, account: '123456789012' }, 'input'),
  ).toThrow(complaint)
})

test('fails when no push was configured', () => {
  const { push: _, ...without } = configured
  expect(() => pushList(push, { list: without }, 'input')).toThrow('it has no "push"')
})

const HARBOR = { harbor: { registry: 'harbor.example.com', namespace: 'out' } }

test('pushes go to other targets, with or without the regions', () => {
  const both = { ...configured, targets: HARBOR, push: { repositories: ['*'], to: ['regions', 'harbor'] } }
  expect(pushList(push, { list: both }, 'input')).toMatchObject({
    targets: HARBOR,
    images: [{ targets: ['regions', 'harbor'], regions: ['eu-west-1', 'ap-south-1'] }],
  })
  const out = { ...both, push: { repositories: ['*'], to: ['harbor'] } }
  expect(pushList(push, { list: out }, 'input')?.images).toEqual([
    expect.objectContaining({ repository: 'team/app', targets: ['harbor'] }),
  ])
})

test('a push to the only region still goes to other targets', () => {
  const list = {
    ...configured,
    targets: HARBOR,
    push: { repositories: ['*'], regions: ['us-east-1' as const], to: ['regions', 'harbor'] },
  }
  expect(pushList(push, { list }, 'input')?.images).toMatchObject([{ targets: ['harbor'] }])
})

test('without regions, pushes to the home region are copied out', () => {
  const list = listOf({
    home: 'us-east-1',
    targets: HARBOR,
    images: [{ source: 'redis', targets: ['harbor'] }],
    push: { repositories: ['team/*'], to: ['harbor'] },
  })
  expect(pushList(push, { list }, 'input')?.images).toMatchObject([{ targets: ['harbor'] }])
  expect(() => pushList({ ...push, region: 'eu-west-1' }, { list }, 'input')).toThrow(
    'the push regions are us-east-1',
  )
})

test('an artifact that was pushed by its digest is pinned without a tag', () => {
  expect(pushList({ ...push, tag: '' }, { list: configured }, 'input')?.images).toMatchObject([
    { source: `123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app@${DIGEST}` },
  ])
})
