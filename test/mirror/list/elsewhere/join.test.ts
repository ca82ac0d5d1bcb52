// Images from elsewhere in the bounds of the deployed list, with the place of every problem.
import { expect, test } from 'vitest'
import { ecr, HUB, join, LIST, problemOf, sources } from './joined.ts'

test.each([
  ['a list of entries', `- ${HUB}/busybox:1\n- source: quay.io/team/app:1\n`],
  ['a mapping with the images', `images:\n  - ${HUB}/busybox:1\n  - source: quay.io/team/app:1\n`],
  ['JSON', JSON.stringify([`${HUB}/busybox:1`, { source: 'quay.io/team/app:1' }])],
])('joins %s to the images of the deployed list', (_, text) => {
  expect(sources([text])).toEqual([`${HUB}/busybox:1`, 'quay.io/team/app:1'])
})

test('joins several pieces, and the references of a StringList', () => {
  const references = [`${HUB}/busybox:1`, ' quay.io/team/app:1']
  const list = { name: 'ssm:/mirror/list', content: { references } }
  expect(sources([`- ${HUB}/alpine:3`, list])).toEqual([
    `${HUB}/alpine:3`,
    `${HUB}/busybox:1`,
    'quay.io/team/app:1',
  ])
})

test('gives images from elsewhere the defaults of the deployed list', () => {
  const defaults = { platforms: ['linux/arm64'], credentials: 'hub' }
  const entries = join([`[${HUB}/busybox:1, quay.io/team/app:1]`], { defaults }).slice(LIST.images.length)
  expect(entries.map(({ settings: { platforms, credentials } }) => [platforms, credentials])).toEqual([
    [['linux/arm64'], 'hub'],
    // The deployed list does not send the secret to quay.io.
    [['linux/arm64'], undefined],
  ])
})

test.each([
  ['nothing', ' \n', 'ssm:/mirror/a: is empty: write its images again'],
  ['no images', 'images: []', 'ssm:/mirror/a:1: images is empty: give at least 1 entry'],
  ['an empty list', '[]', 'ssm:/mirror/a:1: images is empty: give at least 1 entry'],
  ['half a line', `- ${HUB}/busybox:1\n- source: "${HUB}/al`, 'ssm:/mirror/a:2: '],
  [
    'half a reference',
    `- ${HUB}/busybox:1\n- quay.io/`,
    'ssm:/mirror/a:2: images[1]: "quay.io/" is not an image',
  ],
  ['another key', `regions: [us-east-1]\nimages: [busybox]`, 'ssm:/mirror/a:1: unknown key "regions"'],
  [
    'a misspelt key',
    `- source: busybox\n  tgs: {}`,
    'ssm:/mirror/a:2: unknown key "tgs" in images[0]; did you mean',
  ],
])('refuses %s, with the line', (_, text, problem) => {
  expect(problemOf([text])).toContain(problem)
})

test('refuses a StringList that was split at a comma of an entry', () => {
  const references = ['{source: redis', ' tags: {include: [7.4]}}']
  expect(problemOf([{ name: 'ssm:/a', content: { references } }])).toContain(
    'ssm:/a: images[0]: "{source: redis"',
  )
  expect(problemOf([{ name: 'ssm:/a', content: { references: ['busybox', ''] } }])).toContain(
    'images[1] is empty: remove the comma before or after it',
  )
})

test('names both places of two sources for one repository', () => {
  expect(problemOf(['- quay.io/team/app:1', '- ghcr.io/team/app:1'])).toBe(
    'ssm:/mirror/b:1: images[0]: ghcr.io/team/app and images[0] of ssm:/mirror/a (quay.io/team/app) would both land in "mirror/team/app"; give one of them a "repository" of its own, such as "mirror/ghcr.io/team/app"',
  )
  expect(
    problemOf([`- {source: 'quay.io/a/b:1', repository: mirror/redis}`, `- ${HUB}/busybox:1`]),
  ).toContain(
    'ssm:/mirror/a:1: images[0]: quay.io/a/b and images[0] of the deployed list (docker.io/library/redis) would both land in',
  )
  expect(problemOf([`- ${HUB}/redis:7.4`])).toBe(
    `ssm:/mirror/a:1: images[0]: "${HUB}/redis:7.4" is already images[0] of the deployed list; put all of its tags into one entry`,
  )
})

test('protects repositories that people push to, and stricter verification', () => {
  const push = { repositories: ['own/*'] }
  expect(problemOf([`- {source: 'quay.io/a/b:1', repository: own/app}`], { push })).toContain(
    'which people push to',
  )
  const defaults = { verify: { identity: 'a@example.com', issuer: 'https://accounts.example.com' } }
  expect(problemOf([`- {source: 'quay.io/a/b:1', verify: none}`], { defaults })).toContain(
    'the deployed list verifies this image by other rules',
  )
})

type Item = readonly [source: string, to: string | readonly string[], expires?: number]

const table = (...items: readonly Item[]) => ({
  name: 'dynamodb:mirror',
  content: {
    items: items.map(([source, to, expires]) => ({
      source,
      destinations: [to].flat(),
      ...(expires === undefined ? {} : { expires }),
    })),
  },
})

/** Where an item goes, as `target repository:tag`. */
function written(...items: readonly Item[]) {
  return join([table(...items)], { allowedRepositories: ['*'] })
    .slice(LIST.images.length)
    .flatMap(({ ref, select, repository, targets }) =>
      targets.flatMap((target) =>
        (select.names ?? [null]).map(
          (name) =>
            `${ref.repository} ${target.id} ${target.kind === 'registry' ? target.repository : repository}:${name}`,
        ),
      ),
    )
}

test('reads destinations of the table of aws-ecr-mirror: text with commas, and sets', () => {
  const east = ecr('golang:1.17')
  expect(written([`${HUB}/golang:1.17`, `${east}, ${ecr('golang:latest')}`])).toEqual([
    'library/golang us-east-1 golang:1.17',
    'library/golang us-east-1 golang:latest',
  ])
  const to = [
    ecr('etcd:v3'),
    ecr('etcd:stable', 'eu-west-1'),
    'harbor.example.com/mirror/etcd',
    ecr('etcd:v3', 'us-east-1', '210987654321'),
  ]
  expect(written(['quay.io/coreos/etcd:v3', to]).sort()).toEqual([
    'coreos/etcd eu-west-1 etcd:stable',
    'coreos/etcd harbor mirror/etcd:latest',
    'coreos/etcd prod/us-east-1 etcd:v3',
    'coreos/etcd us-east-1 etcd:v3',
  ])
})

test('leaves out items that have expired, which DynamoDB still returns', () => {
  const now = Date.parse('2026-11-30T00:00:00Z') / 1000
  expect(
    written(
      [`${HUB}/old:1`, ecr('old:1'), now],
      [`${HUB}/new:1`, ecr('new:1'), now + 1],
      [`${HUB}/ever:1`, ecr('ever:1'), 0],
    ),
  ).toEqual(['library/ever us-east-1 ever:1', 'library/new us-east-1 new:1'])
  expect(problemOf([table([`${HUB}/old:1`, ecr('old:1'), now])])).toContain(
    'dynamodb:mirror: has no items that have not expired',
  )
})

test.each([
  ['a source', ['NOT AN IMAGE', ecr('x:1')], 'the item "NOT AN IMAGE": its source is not an image'],
  ['no destination', ['busybox', ' , '], 'the item "busybox": it has no destination'],
  ['a destination', ['busybox', 'No/Image'], 'the destination "No/Image" is not an image'],
  [
    'a region',
    ['busybox', ecr('x:1', 'ap-south-1')],
    'is outside of the deployed list; add ap-south-1 to its "regions", and deploy',
  ],
  [
    'an account',
    ['busybox', ecr('x:1', 'us-east-1', '999999999999')],
    'add a target with the account 999999999999 and only us-east-1',
  ],
  ['a registry', ['busybox', 'quay.io/team/x:1'], 'add quay.io to its "targets", and deploy'],
  ['a namespace', ['busybox', 'harbor.example.com/other/x:1'], 'add harbor.example.com to its "targets"'],
  [
    'a repository',
    ['busybox', ecr('x:1')],
    'the item "busybox".to: "x" is not a repository that the deployed list may write',
  ],
] as const)('refuses an item with %s outside of the bounds, and names it', (_, item, problem) => {
  expect(problemOf([table(item)])).toContain(`dynamodb:mirror: `)
  expect(problemOf([table(item)])).toContain(problem)
})
