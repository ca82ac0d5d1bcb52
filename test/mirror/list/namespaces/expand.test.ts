// Namespaces of ECR as sources: how they are written, and the images that they become.
import { expect, test } from 'vitest'
import { longForm, readEntries } from '../../../../mirror/list/entry.ts'
import { expandNamespaces, type Namespace } from '../../../../mirror/list/namespaces/expand.ts'
import { customList, listOf } from '../../../../mirror/list/parse-list.ts'

const OWN = '123456789012'
const host = (region = 'eu-west-1', account = OWN) => `${account}.dkr.ecr.${region}.amazonaws.com`
const tags = { include: ['latest'] }

const listed = (images: object[], others: object = {}) =>
  listOf({ regions: ['us-east-1', 'eu-west-1'], images, ...others }, 'mirror.yaml')

const problemOf = (image: object | string, others: object = {}): string => {
  try {
    listed([image as object], others)
    return 'none'
  } catch (error) {
    return (error as Error).message
  }
}

/** @param names - the repositories of each registry */
function expand(images: object[], names: Readonly<Record<string, readonly string[]>>, others: object = {}) {
  const asked: Namespace[] = []
  const expanded = expandNamespaces(listed(images, others), OWN, async (namespace) => {
    asked.push(namespace)
    const all = names[host(namespace.region, namespace.account)]
    if (all === undefined) {
      throw Object.assign(new Error('not authorized to perform: ecr:DescribeRepositories'), {
        name: 'AccessDeniedException',
      })
    }
    return all.filter((name) => name.startsWith(namespace.beginning))
  })
  return expanded.then(({ list, unlisted }) => ({
    asked,
    unlisted,
    list,
    sources: list.images.map((image) => longForm(image).source.replace(/^[^/]*\//, '')),
    targets: list.images.flatMap((image) => readEntries(image, list).map(({ repository }) => repository)),
  }))
}

const NAMES = ['base/tool', 'mirror/team/app', 'team/api', 'team/app', 'teams/x']

test.each([
  ['a beginning with a slash', `${host()}/team/*`, ['team/api', 'team/app']],
  ['a beginning without one', `${host()}/team*`, ['team/api', 'team/app', 'teams/x']],
  ['a whole registry', `${host()}/*`, ['base/tool', 'team/api', 'team/app', 'teams/x']],
])('replaces %s by its repositories, without copies of the mirror', async (_, source, expected) => {
  const { sources, targets, unlisted } = await expand(
    [{ source, tags }],
    { [host()]: NAMES },
    { prefix: 'mirror' },
  )
  expect(sources).toEqual(expected)
  expect(targets).toEqual(expected.map((name) => `mirror/${name}`))
  expect(unlisted).toEqual([])
})

test('gives each repository the settings of its namespace, and asks for its resource tags', async () => {
  const image = {
    source: `${host('eu-west-1', '210987654321')}/team/*`,
    tags: { semver: '>=1' },
    platforms: ['linux/arm64'],
    sourceTags: { mirror: 'yes' },
  }
  const { asked, list } = await expand([image], { [host('eu-west-1', '210987654321')]: ['team/app'] })
  expect(asked).toEqual([
    { account: '210987654321', region: 'eu-west-1', beginning: 'team/', tags: { mirror: 'yes' } },
  ])
  const { sourceTags: _, ...settings } = image
  expect(list.images).toEqual([{ ...settings, source: `${host('eu-west-1', '210987654321')}/team/app` }])
})

test('leaves a repository with an entry of its own to that entry', async () => {
  const own = { source: `${host()}/team/app:1` }
  const { sources } = await expand([{ source: `${host()}/team/*`, tags }, own], { [host()]: NAMES })
  expect(sources).toEqual(['team/api', 'team/app:1'])
})

test.each([
  ['matches nothing', { [host()]: ['other'] }, 'no repository matches; correct it'],
  ['may not be listed', {}, 'its repositories cannot be listed: not authorized'],
  [
    'is too large',
    { [host()]: Array.from({ length: 1001 }, (_, index) => `team/${index}`) },
    '1001 repositories match, and one entry may have 1000',
  ],
])('reports a namespace that %s, and keeps the other images', async (_, names, problem) => {
  const { sources, unlisted } = await expand(
    [{ source: `${host()}/team/*`, tags }, { source: 'redis:7' }],
    names,
  )
  expect(sources).toEqual(['redis:7'])
  expect(unlisted).toEqual([expect.stringContaining(problem)])
  expect(unlisted[0]).toContain(`${host()}/team/*: `)
})

test('does not take a throttled request for an empty namespace', async () => {
  const throttled = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' })
  const list = listed([{ source: `${host()}/team/*`, tags }])
  await expect(expandNamespaces(list, OWN, () => Promise.reject(throttled))).rejects.toBe(throttled)
})

test('leaves out a repository that would overwrite another, and names both', async () => {
  const other = host('eu-west-1', '210987654321')
  const { sources, unlisted } = await expand(
    [{ source: 'quay.io/team/app:1' }, { source: `${other}/team/*`, tags }],
    { [other]: NAMES },
  )
  expect(sources).toEqual(['team/app:1', 'team/api'])
  expect(unlisted).toEqual([
    expect.stringContaining(`${other}/team/app and quay.io/team/app:1 (quay.io/team/app) would both land in`),
  ])
})

test.each([
  [
    'another registry',
    { source: 'quay.io/team/*', tags },
    'only Amazon ECR can list the repositories for a "*"',
  ],
  ['Docker Hub', 'team/*', 'only Amazon ECR can list the repositories for a "*"'],
  ['a star in the middle', { source: `${host()}/*/app`, tags }, 'a "*" must be its last character'],
  ['a tag', { source: `${host()}/team/*:1`, tags }, 'a "*" must be its last character'],
  ['no tags', `${host()}/team/*`, 'images[0]: a source with a "*" needs "tags"'],
  ['tags that select nothing', { source: `${host()}/team/*`, tags: { missingOnly: true } }, 'needs "tags"'],
  ['a repository', { source: `${host()}/team/*`, tags, repository: 'xx' }, 'would be that of many sources'],
  ['names', { source: `${host()}/team/*`, tags, to: ['x1'] }, 'would be the names of many sources'],
  [
    'resource tags of one repository',
    { source: `${host()}/team/app`, sourceTags: { a: 'b' } },
    'chooses among the repositories of a source with a "*"',
  ],
])('refuses a namespace with %s', (_, image, problem) => {
  expect(problemOf(image)).toContain(problem)
})

test('takes the tags of the defaults', () => {
  expect(problemOf(`${host()}/team/*`, { defaults: { tags } })).toBe('none')
})

test('protects the repositories of a namespace from the list of an execution', () => {
  const list = listed([{ source: `${host()}/team/*`, tags }], { prefix: 'mirror' })
  const own = (source: string) => customList([source], 'input', { list, account: OWN })
  expect(() => own('quay.io/team/app:1')).toThrow(
    `quay.io/team/app would land in "mirror/team/app", which the deployed list fills from ${host()}/team/app`,
  )
  expect(own(`${host()}/team/app:1`).images).toHaveLength(1)
  expect(own('quay.io/other/app:1').images).toHaveLength(1)
})

test('lists a registry of another account with the role of its settings', async () => {
  const other = host('eu-west-1', '210987654321')
  const as = { role: 'arn:aws:iam::210987654321:role/read-images', externalId: 'tenant-1' }
  const images = [
    { source: `${other}/team/*`, tags },
    { source: `${host()}/base/*`, tags },
  ]
  const names = { [other]: ['team/one'], [host()]: ['base/two'] }
  const { asked } = await expand(images, names, { registries: { [other]: as } })
  expect(asked).toMatchObject([{ account: '210987654321', as }, { account: OWN }])
  expect(asked[1]).not.toHaveProperty('as')
  const { unlisted } = await expand(images.slice(0, 1), {}, { registries: { [other]: as } })
  expect(unlisted).toEqual([expect.stringContaining(`${as.role} must allow ecr:DescribeRepositories`)])
})
