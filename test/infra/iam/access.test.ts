// The permissions that a list needs, and no others.
import { expect, test } from 'vitest'
import { type Access, accessOf } from '../../../infra/iam/access.ts'
import type { Grant } from '../../../infra/iam/grant.ts'
import {
  copyToTargets,
  deleteFromTargets,
  lookAtSources,
  lookAtTargets,
} from '../../../infra/iam/permissions.ts'
import { listOf, testStack, textOf } from '../templates.ts'

const stack = testStack()
const text = (arns: readonly string[]) => arns.map((arn) => textOf(stack.resolve(arn)))

function access(settings: Record<string, unknown>): Access {
  const found = accessOf(stack, listOf(settings))
  return { ...found, sources: text(found.sources), secrets: text(found.secrets) }
}

/** Action -> resources, as text. */
function grantsOf(grants: readonly Grant[]): Record<string, readonly string[]> {
  const used = grants.filter(({ resources }) => resources.length > 0)
  return Object.fromEntries(
    used.flatMap(({ actions, resources }) => actions.map((action) => [action, text(resources)])),
  )
}

test.each([
  ['everything behind the prefix', {}, ['mirror/*']],
  [
    'and names of their own',
    {
      images: [
        'redis',
        { source: 'busybox', repository: 'base/busybox' },
        { source: 'nginx', repository: 'mirror/web' },
      ],
    },
    ['mirror/*', 'base/busybox'],
  ],
  [
    'just the names, where there is no prefix',
    { prefix: undefined, images: ['redis', 'quay.io/team/app:1', 'redis:7'] },
    ['redis', 'team/app'],
  ],
])('grants %s as the targets of a list', (_what, settings, targets) => {
  expect(access(settings).targets).toEqual(targets)
})

test('grants pushed repositories as targets, and as sources in push regions', () => {
  const found = access({ push: { repositories: ['team/*'] } })
  expect(found.targets).toEqual(['mirror/*', 'team/*'])
  expect(found.pushed).toEqual({ names: ['team/*'], regions: ['us-east-1'] })
  const several = access({ push: { repositories: ['team/*'], from: ['us-east-1', 'eu-west-1'] } })
  expect(several.pushed.regions).toEqual(['us-east-1', 'eu-west-1'])
})

test('names pushed sources once, with their regions as a condition', () => {
  const pushed = access({ push: { repositories: ['team/*'], from: ['us-east-1', 'eu-west-1'] } })
  for (const grants of [lookAtSources(stack, pushed), copyToTargets(stack, pushed)]) {
    const [found] = grants.filter(({ resources }) => text(resources)[0]?.endsWith('repository/team/*'))
    expect(text(found?.resources ?? [])).toEqual([
      'arn:<AWS::Partition>:ecr:*:<AWS::AccountId>:repository/team/*',
    ])
    expect(found?.regions).toEqual(['us-east-1', 'eu-west-1'])
    expect(found?.actions).not.toContain('ecr:PutImage')
  }
})

test('grants each of many names, and never the whole account', () => {
  const images = Array.from({ length: 200 }, (_, n) => `quay.io/team/app-${n}:1`)
  expect(access({ prefix: undefined, images }).targets).toHaveLength(200)
})

test('grants explicit targets instead', () => {
  expect(accessOf(stack, listOf(), ['team/*']).targets).toEqual(['team/*'])
})

test('grants each ECR source once, in any account and region', () => {
  const image = '999988887777.dkr.ecr.eu-west-1.amazonaws.com/team/app'
  const { sources } = access({
    images: [`${image}:1`, { source: `${image}:2`, repository: 'two' }, 'quay.io/a/b:1'],
  })
  expect(sources).toEqual(['arn:<AWS::Partition>:ecr:eu-west-1:999988887777:repository/team/app'])
})

test('grants the secrets of the list, by name or by ARN', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:quay-AbCdEf'
  const { secrets } = access({
    images: [
      { source: 'redis', credentials: 'docker-hub' },
      { source: 'quay.io/a/b:1', credentials: arn },
    ],
    defaults: { credentials: 'docker-hub' },
  })
  expect(secrets).toEqual([
    'arn:<AWS::Partition>:secretsmanager:us-east-1:<AWS::AccountId>:secret:docker-hub-??????',
    arn,
  ])
})

test('keys of KMS that verify images are read by Resolve alone', () => {
  const arn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
  const key = `awskms:///${arn}`
  const list = {
    images: [{ source: 'quay.io/team/app', verify: [{ key }, { key: 'PEM' }] }],
    defaults: { verify: { key } },
  }
  const access = accessOf(stack, listOf(list))
  expect(access.keys).toEqual([arn])
  expect(lookAtSources(stack, access)).toContainEqual({ actions: ['kms:GetPublicKey'], resources: [arn] })
  const others = [...lookAtTargets(stack, access), ...copyToTargets(stack, access)]
  expect(others.flatMap(({ actions }) => actions).filter((action) => action.startsWith('kms'))).toEqual([])
})

const SOURCE = '111122223333.dkr.ecr.us-east-1.amazonaws.com/team/app:1'
const withSource = accessOf(stack, listOf({ images: [{ source: SOURCE, credentials: 'key' }] }))

test('Diff has no permission to write', () => {
  const looks = [...lookAtSources(stack, withSource), ...lookAtTargets(stack, withSource)].flatMap(
    ({ actions }) => actions,
  )
  expect(
    looks.filter(
      (action) => !/^(ecr:(BatchGet|Describe|Get|List)|secretsmanager:Get|kms:GetPublicKey$)/.test(action),
    ),
  ).toEqual([])
})

test('Sync may write to targets, and never to sources', () => {
  const grants = copyToTargets(stack, withSource)
  const writes = grants.filter(({ actions }) => actions.includes('ecr:PutImage'))
  expect(writes.flatMap(({ resources }) => text(resources))).toEqual([
    'arn:<AWS::Partition>:ecr:*:<AWS::AccountId>:repository/mirror/*',
  ])
  expect(writes.map(({ regions }) => regions)).toEqual([['us-east-1', 'eu-west-1']])
})

test('no role may delete images or change permissions', () => {
  const all = [
    ...lookAtSources(stack, withSource),
    ...lookAtTargets(stack, withSource),
    ...copyToTargets(stack, withSource),
  ]
  expect(Object.keys(grantsOf(all)).filter((action) => /Delete|Policy|Lifecycle|\*/.test(action))).toEqual([])
})

test('only GetAuthorizationToken is granted on all resources', () => {
  const all = grantsOf(copyToTargets(stack, withSource))
  const anywhere = Object.entries(all).filter(([, resources]) => resources.includes('*'))
  expect(anywhere.map(([action]) => action)).toEqual(['ecr:GetAuthorizationToken'])
})

test('has no grants for ECR sources and secrets without them', () => {
  expect(Object.keys(grantsOf(lookAtSources(stack, accessOf(stack, listOf()))))).toEqual([
    'ecr:GetAuthorizationToken',
  ])
})

test('grants tokens for ECR Public to readers of sources if the list sets credentials: iam', () => {
  const wanted = access({ registries: { 'public.ecr.aws': { credentials: 'iam' } } })
  const tokens = ['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken']
  for (const grants of [lookAtSources(stack, wanted), copyToTargets(stack, wanted)]) {
    for (const action of tokens) expect(grantsOf(grants)[action]).toEqual(['*'])
  }
  for (const grants of [lookAtTargets(stack, wanted), lookAtSources(stack, access({}))]) {
    expect(Object.keys(grantsOf(grants)).filter((action) => tokens.includes(action))).toEqual([])
  }
})

test('the secrets of targets are for Diff and Sync, those of sources for Resolve and Sync', () => {
  const settings = {
    targets: {
      harbor: { registry: 'harbor.example.com', credentials: 'push' },
      plain: { registry: 'a.example.com' },
    },
    defaults: { credentials: 'pull' },
    images: ['redis', { source: 'nginx', targets: ['harbor'] }],
    prefix: undefined,
  }
  const found = accessOf(stack, listOf(settings))
  const secretsOf = (grants: readonly Grant[]) =>
    (grantsOf(grants)['secretsmanager:GetSecretValue'] ?? []).map((arn) => arn.replace(/^.*:secret:/, ''))
  expect(secretsOf(lookAtSources(stack, found))).toEqual(['pull-??????'])
  expect(secretsOf(lookAtTargets(stack, found))).toEqual(['push-??????'])
  expect(secretsOf(copyToTargets(stack, found))).toEqual(['pull-??????', 'push-??????'])
  // What goes to no region needs no repository in ECR.
  expect(found.targets).toEqual(['redis'])
})

test('Diff and Sync may assume the roles of other accounts, and get no rights there themselves', () => {
  const role = 'arn:aws:iam::210987654321:role/mirror'
  const targets = { prod: { account: '210987654321', regions: ['us-east-1'], role } }
  const found = accessOf(stack, listOf({ targets, defaults: { targets: ['prod'] }, prefix: undefined }))
  for (const grants of [lookAtTargets(stack, found), copyToTargets(stack, found)])
    expect(grantsOf(grants)['sts:AssumeRole']).toEqual([role])
  expect(grantsOf(lookAtSources(stack, found))).not.toHaveProperty('sts:AssumeRole')
  expect(found.targets).toEqual([])
})

test('grants Sync the keys of repositories in regions of this account, only through ECR', () => {
  const key = (region: string) =>
    `arn:aws:kms:${region}:123456789012:key/11111111-2222-4333-8444-555555555555`
  const kms = {
    'us-east-1': key('us-east-1'),
    'eu-west-1': key('eu-west-1'),
    'prod/us-east-1': key('us-east-1'),
  }
  const found = access({ repositories: { encryption: { kms } } })
  const [grant] = copyToTargets(stack, found).filter(({ actions }) => actions.includes('kms:CreateGrant'))
  expect(grant?.resources).toEqual([key('us-east-1'), key('eu-west-1')])
  expect(Object.keys(grant?.equals ?? {})).toEqual(['kms:ViaService'])
  expect(textOf(stack.resolve(grant?.equals?.['kms:ViaService']))).toContain('ecr.eu-west-1.')
  expect(grantsOf(copyToTargets(stack, access({})))).not.toHaveProperty('kms:CreateGrant')
})

test.each([
  ['no entry prunes', {}, false],
  ['prune is off', { images: [{ source: 'redis', prune: false }] }, false],
  ['an entry prunes', { images: ['nginx', { source: 'redis', prune: true }] }, true],
  ['the defaults prune', { defaults: { prune: { unselected: true } } }, true],
  ['a number of backups is kept', { defaults: { backup: { name: '{date}-{tag}', keep: 3 } } }, true],
  ['all backups are kept', { defaults: { backup: '{date}-{tag}' } }, false],
  [
    'the only images are elsewhere, and prune',
    { images: [], imagesFrom: 'ssm:/a', defaults: { prune: true } },
    true,
  ],
  ['images are elsewhere, and nothing prunes', { imagesFrom: 'ssm:/a' }, false],
])('where %s, tags may be deleted: %s', (_what, settings, prunes) => {
  expect(access(settings).prunes).toBe(prunes)
})

test('deletes tags only in target repositories, and does not push', () => {
  const grants = grantsOf(deleteFromTargets(stack, access({ defaults: { prune: true } })))
  expect(grants['ecr:BatchDeleteImage']).toEqual([
    'arn:<AWS::Partition>:ecr:*:<AWS::AccountId>:repository/mirror/*',
  ])
  expect(Object.keys(grants).sort()).toEqual([
    'ecr:BatchDeleteImage',
    'ecr:DescribeImages',
    'ecr:GetAuthorizationToken',
    'ecr:ListImages',
  ])
})
