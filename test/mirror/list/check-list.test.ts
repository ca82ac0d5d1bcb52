// Invalid lists that match the schema, and what is checked of those that do not.
import { expect, test } from 'vitest'
import { checkEntriesOf, checkList } from '../../../mirror/list/check-list.ts'
import { problemsOf } from '../../../mirror/list/document/problems.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { listOf } from '../lists.ts'

type Given = Parameters<typeof listOf>[0]
const DIGEST = `sha256:${'a'.repeat(64)}`

function complaints(list: Given): string[] {
  return checkList(listOf(list)).map(({ text }) => text)
}

test('a list with everything in it is accepted', () => {
  const list: Given = {
    regions: ['us-east-1', 'eu-west-1'],
    home: 'eu-west-1',
    prefix: 'team/mirror',
    schedule: 'off',
    defaults: { regions: ['us-east-1'], tags: { exclude: ['/-rc/'] }, credentials: 'hub' },
    push: { repositories: ['apps/*'], regions: ['us-east-1'] },
    vpc: { id: 'vpc-01234567', subnets: ['subnet-01234567'], securityGroups: ['sg-01234567'] },
    images: [
      'redis:7.4',
      `nginx@${DIGEST}`,
      '127.0.0.1:5000/a/b:1',
      {
        source: 'quay.io/a/c',
        tags: { include: ['1', '/^2/'], min: 5 },
        repository: 'x/y',
        regions: ['eu-west-1'],
      },
      { source: 'alpine', schedule: 'cron(0 3 * * ? *)' },
    ],
  }
  expect(complaints(list)).toEqual([])
})

test.each<[string, Partial<Given>, string]>([
  ['a region twice', { regions: ['us-east-1', 'us-east-1'] }, 'regions[1]: "us-east-1" appears twice'],
  [
    'two partitions',
    { regions: ['us-east-1', 'cn-north-1'] },
    'regions[1]: "cn-north-1" is in the partition aws-cn',
  ],
  [
    'defaults for a region that is not listed',
    { defaults: { regions: ['eu-west-1'] } },
    'defaults.regions[0]: "eu-west-1" is not among',
  ],
  [
    'pushes from a region that is not listed',
    { push: { repositories: ['a'], from: ['eu-west-1'] } },
    'push.from[0]',
  ],
  [
    'pushes to a region that is not listed',
    { push: { repositories: ['a'], regions: ['eu-west-1'] } },
    'push.regions[0]',
  ],
  [
    'a pattern in the defaults',
    { defaults: { tags: { include: ['/(/'] } } },
    'defaults.tags.include[0]: "/(/"',
  ],
  [
    'a subnet twice',
    {
      vpc: {
        id: 'vpc-01234567',
        subnets: ['subnet-01234567', 'subnet-01234567'],
        securityGroups: ['sg-01234567'],
      },
    },
    'vpc.subnets[1]: "subnet-01234567" appears twice; remove one of them',
  ],
  ['a schedule', { schedule: 'daily' }, 'schedule: "daily" is not a schedule: write it as rate(1 day)'],
  [
    'a schedule of an image',
    { images: [{ source: 'redis', schedule: 'rate(1 hours)' }] },
    'images[0].schedule: "rate(1 hours)" is not a schedule: write it as rate(1 hour)',
  ],
  ['an image that is never scheduled', { images: [{ source: 'redis', schedule: 'off' }] }, '"off" is not'],
  ['a prefix that ends with a slash', { prefix: 'a/' }, 'write it as "a"'],
  ['a prefix that ECR refuses', { prefix: 'a__b' }, 'prefix: "a__b" is not a valid prefix'],
  [
    'a tag said twice',
    { images: [{ source: 'redis:7', tags: { include: ['8'] } }] },
    'remove "7" from the source',
  ],
  [
    'more tags than are spelt out',
    { images: [{ source: 'redis', tags: { include: ['7', '8', '8'], min: 3 } }] },
    'images[0].tags.min: 3 tags cannot be selected because "include" names only 2',
  ],
  [
    'more tags than the defaults spell out',
    { defaults: { tags: { include: ['7'], min: 2 } } },
    'defaults.tags.min: 2 tags cannot be selected',
  ],
  [
    'a digest and tags',
    { images: [{ source: `redis@${DIGEST}`, tags: { include: ['8'] } }] },
    `remove "${DIGEST}" from`,
  ],
])('fails for %s', (_, given, complaint) => {
  const found = complaints({ regions: ['us-east-1'], images: ['redis'], ...given })
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(complaint)
})

test('a wrong prefix is told once, and not for every image behind it', () => {
  expect(complaints({ regions: ['us-east-1'], prefix: 'a//b', images: ['redis', 'nginx'] })).toHaveLength(1)
})

test('the sound entries of a broken list are checked all the same', () => {
  const found = checkEntriesOf({ regions: 5, images: ['redis', 7, 'Nginx'] })
  expect(found.map(({ path }) => path)).toEqual([['images', 2]])
  expect(checkEntriesOf('hello')).toEqual([])
})

test.each([
  ['a source whose path ECR refuses', 'quay.io/a/b__c'],
  ['an own name that ECR refuses', { source: 'redis', repository: 'A/b' }],
])('%s is no reason to refuse the list: that image fails alone', (_, image) => {
  expect(complaints({ regions: ['us-east-1'], images: ['redis:7', image] })).toEqual([])
})

/** The line and the first word of each problem. */
function places(text: string): string[] {
  try {
    parseList(text, 'mirror.yaml')
  } catch (error) {
    return (problemsOf(error) ?? []).map((problem) => `${problem.line} ${problem.text.split(' ')[0]}`)
  }
  return []
}

test('an unknown key hides no other problem', () => {
  const text = [
    'regions: [us-east-1]',
    'prefix: Mirror/',
    'targets:',
    '  lab: {registry: "http://lab.example.com", namespace: Mirror, nmae: x}',
    'images:',
    "  - {source: redis, tags: {semver: '>=1, <2', lates: 2}}",
    '  - {source: nginx, targets: [prod], platfrms: [linux/amd64]}',
    '  - {source: busybox, regions: [eu-west-1]}',
    '  - {source: quay.io/library/busybox, repository: busybox}',
    'repositories: {tags: {"aws:x": a}, scan: true}',
  ].join('\n')
  expect(places(text)).toEqual([
    '2 prefix:',
    '4 unknown',
    '4 targets.lab.registry:',
    '4 targets.lab.namespace:',
    '6 unknown',
    '6 images[0].tags.semver:',
    '7 unknown',
    '7 images[1].targets[0]:',
    '8 images[2].regions[0]:',
    '10 unknown',
    '10 repositories.tags.aws:x:',
  ])
})

test('an invalid value hides no problem of other keys', () => {
  const text = [
    'regions: [us-east1]',
    'prefix: Mirror',
    'defaults: {tags: {semver: nonsense}}',
    'schedule: daily',
    'targets:',
    '  lab: {registry: lab.example.com, namespace: Mirror}',
    '  dr: {registry: 5}',
    'images:',
    '  - {source: redis, targets: [prod, dr]}',
    '  - {source: 5}',
    '  - {source: nginx, regions: [eu-west-1]}',
  ].join('\n')
  expect(places(text)).toEqual([
    '1 regions[0]:',
    '2 prefix:',
    '3 defaults.tags.semver:',
    '4 schedule:',
    '6 targets.lab.namespace:',
    '7 targets.dr',
    '9 images[0].targets[0]:',
    '10 images[1].source',
  ])
})

test('a misspelt key is not missed by what refers to it', () => {
  const text = [
    'regons: [us-east-1]',
    'targts: {lab: {registry: lab.example.com}}',
    'images: [{source: redis, targets: [lab, regions]}, {source: nginx, regions: [us-east-1]}]',
  ].join('\n')
  expect(places(text)).toEqual(['1 unknown', '2 unknown'])
})

test('an invalid entry does not hide that others are in one repository', () => {
  const list = { regions: ['us-east-1' as const], images: ['Redis', 'quay.io/a/b', 'a/b'] }
  expect(complaints(list)).toEqual([
    expect.stringContaining('images[0]: "Redis"'),
    expect.stringContaining('images[2]: docker.io/a/b and images[1]'),
  ])
})
