import { expect, test } from 'vitest'
import { parseList } from '../../../../mirror/list/parse-list.ts'
import { settingsWarnings } from '../../../../mirror/list/repositories/check.ts'

const ACCOUNT = '123456789012'
const key = (region: string, partition = 'aws') =>
  `arn:${partition}:kms:${region}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`
const TARGETS = {
  prod: { account: '210987654321', regions: ['us-east-1'], role: 'arn:aws:iam::210987654321:role/mirror' },
  harbor: { registry: 'harbor.example.com' },
}

function listWith(repositories: object, image: object = {}, others: object = {}) {
  const images = [{ source: 'docker.io/library/redis:7.4', ...image }]
  const list = { regions: ['us-east-1', 'eu-west-1'], images, repositories, targets: TARGETS, ...others }
  return parseList(JSON.stringify(list), 'list')
}

function problemsOf(...given: Parameters<typeof listWith>): string {
  try {
    listWith(...given)
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

test.each<[string, object]>([
  ['the old keys', { immutableTags: true, scanOnPush: false, tags: { team: 'a', 'cost:center': 'x/1 @b' } }],
  ['tags that may move', { immutableTags: { except: ['latest', 'sha256-*', '*dev*'] } }],
  ["ECR's own key", { encryption: { kms: true } }],
  [
    'a key for each region',
    { encryption: { kms: { 'us-east-1': key('us-east-1'), 'eu-west-1': key('eu-west-1') } } },
  ],
  [
    'a lifecycle by keys',
    {
      lifecycle: {
        tagged: [{ tags: ['v*', 'r*'], newest: 10 }],
        untagged: { days: 14 },
        any: { newest: 99 },
      },
    },
  ],
  [
    'a policy',
    {
      policy: {
        pull: { organization: 'o-a1b2c3d4e5', accounts: ['111122223333'], lambda: ['111122223333'] },
      },
    },
  ],
  [
    'statements of IAM',
    {
      policy: {
        statements: [
          {
            Sid: 'A',
            Effect: 'Deny',
            Principal: { AWS: ['111122223333'] },
            Action: 'ecr:PutImage',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    },
  ],
  ['what may be loosened', { reconcile: { loosen: ['lifecycle', 'policy'] } }],
  ['nothing at all', { lifecycle: 'none', policy: 'none', encryption: 'AES256', reconcile: false }],
])('accepts %s', (_, repositories) => {
  expect(problemsOf(repositories)).toBe('')
})

test.each<[string, object, string]>([
  [
    'six exceptions',
    { immutableTags: { except: ['a', 'b', 'c', 'd', 'e', 'f'] } },
    'repositories.immutableTags.except must have at most 5',
  ],
  ['no exception', { immutableTags: { except: [] } }, 'repositories.immutableTags.except is empty'],
  [
    'an exception that is no tag',
    { immutableTags: { except: ['a/b'] } },
    'immutableTags.except[0]: "a/b" must be a tag',
  ],
  [
    'three wildcards',
    { immutableTags: { except: ['*a*b*'] } },
    'immutableTags.except[0]: "*a*b*" has more than 2 wildcards',
  ],
  [
    'an exception twice',
    { immutableTags: { except: ['a', 'a'] } },
    'immutableTags.except[1]: "a" appears twice',
  ],
  ['an alias of a key', { encryption: { kms: 'alias/x' } }, 'encryption.kms: "alias/x" must be the ARN'],
  ['an unknown encryption', { encryption: 'KMS' }, 'encryption: "KMS" must be AES256'],
  [
    'one key for two regions',
    { encryption: { kms: key('us-east-1') } },
    'the key for eu-west-1 is in us-east-1, and must be in eu-west-1; give a key for each region',
  ],
  [
    'a region without key',
    { encryption: { kms: { 'us-east-1': key('us-east-1') } } },
    'repositories.encryption.kms: has no key for eu-west-1',
  ],
  [
    'a key of another partition',
    { encryption: { kms: { 'us-east-1': key('us-east-1', 'aws-cn'), 'eu-west-1': key('eu-west-1') } } },
    'in the partition aws-cn, not in aws',
  ],
  ['zero days', { lifecycle: { any: { days: 0 } } }, 'lifecycle.any.days must be at least 1'],
  [
    'a misspelt key of a lifecycle',
    { lifecycle: { untaged: { days: 1 } } },
    'unknown key "untaged" in repositories.lifecycle; did you mean "untagged"?',
  ],
  [
    'a lifecycle that ECR refuses',
    { lifecycle: { tagged: [{ tags: ['*a*b*c*d*'], days: 1 }] } },
    'repositories.lifecycle: "*a*b*c*d*" has more than 4 wildcards',
  ],
  ['a policy that says nothing', { policy: {} }, 'policy: it says nothing'],
  ['a policy for nobody', { policy: { pull: {} } }, 'policy.pull: it names nobody'],
  [
    'an organization that is none',
    { policy: { pull: { organization: 'acme' } } },
    'must be the id of an organization',
  ],
  [
    'an account that is none',
    { policy: { pull: { accounts: ['1'] } } },
    'accounts[0]: "1" must be 12 digits',
  ],
  [
    'an action of S3',
    { policy: { statements: [{ Effect: 'Allow', Principal: '*', Action: ['ecr:PutImage', 's3:*'] }] } },
    'statements[0].Action: "s3:*" is not an action of ECR',
  ],
  [
    'a resource',
    { policy: { statements: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:PutImage', Resource: '*' }] } },
    'unknown key "Resource"',
  ],
  [
    'a name twice',
    {
      policy: {
        statements: [1, 2].map(() => ({ Sid: 'A', Effect: 'Allow', Principal: '*', Action: 'ecr:PutImage' })),
      },
    },
    'statements[1].Sid: "A" appears twice',
  ],
  [
    'a policy that is too long',
    { policy: { pull: { accounts: Array.from({ length: 700 }, (_, n) => String(100_000_000_000 + n)) } } },
    'and ECR allows 10240',
  ],
  ["AWS's own tags", { tags: { 'aws:x': '1' } }, 'repositories.tags.aws:x: names that begin with "aws:"'],
  ["the mirror's own tag", { tags: { 'image-mirror:managed': 'x' } }, 'is the mark of the mirror'],
  ['odd characters in a tag', { tags: { team: 'a;b' } }, 'may have letters, digits'],
  [
    '50 tags',
    { tags: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, ''])) },
    'has 50 tags, and there is room for 49',
  ],
  ['what cannot be loosened', { reconcile: { loosen: ['encryption'] } }, 'reconcile.loosen[0]'],
])('refuses %s', (_, repositories, why) => {
  expect(problemsOf(repositories)).toContain(why)
})

test('checks the settings of an image at its own place, with those of the list', () => {
  const image = { repositories: { immutableTags: { except: ['*a*b*'] } } }
  expect(problemsOf({}, image)).toContain('images[0].repositories.immutableTags.except[0]')
  const list = listWith({ scanOnPush: false, tags: { team: 'a' } }, { repositories: { tags: { team: 'b' } } })
  expect(list.images[0]).toMatchObject({ repositories: { tags: { team: 'b' } } })
})

test('refuses settings of an image that goes to no repository of ECR', () => {
  const image = { targets: ['harbor'], repositories: { scanOnPush: true } }
  expect(problemsOf({}, image)).toContain('images[0].repositories: has no effect')
  expect(problemsOf({ scanOnPush: true }, { targets: ['harbor'] })).toBe('')
})

test('finds the key of a region of another account by the id of the target or by the region', () => {
  const kms = { 'us-east-1': key('us-east-1') }
  const image = { targets: ['prod'] }
  expect(problemsOf({ encryption: { kms } }, image)).toBe('')
  expect(problemsOf({ encryption: { kms: { 'prod/us-east-1': key('us-east-1') } } }, image)).toBe('')
  expect(problemsOf({ encryption: { kms: { 'us-east-2': key('us-east-2') } } }, image)).toContain(
    'has no key for prod/us-east-1',
  )
})

test('needs keys for the regions that pushes are copied to', () => {
  const image = { regions: ['us-east-1'] }
  const others = { push: { repositories: ['team/*'] } }
  const kms = { 'us-east-1': key('us-east-1') }
  expect(problemsOf({ encryption: { kms } }, image)).toBe('')
  expect(problemsOf({ encryption: { kms } }, image, others)).toContain('has no key for eu-west-1')
})

test('refuses entries that fill one repository with different settings', () => {
  const entry = (tag: string, repositories: object) => ({
    source: 'docker.io/library/redis',
    tags: { include: [tag] },
    repositories,
  })
  const images = (other: object) => [
    { source: 'docker.io/library/redis:7.4', repositories: { scanOnPush: true, immutableTags: true } },
    entry('7.2', other),
  ]
  expect(problemsOf({}, {}, { images: images({ immutableTags: true, scanOnPush: true }) })).toBe('')
  expect(problemsOf({}, {}, { images: images({ immutableTags: false }) })).toContain(
    'images[1].repositories: fills the repository "redis", as images[0] does, with other settings',
  )
})

test.each<[object, boolean]>([
  [{ immutableTags: true }, true],
  [{ immutableTags: { except: ['latest'] } }, true],
  [{ immutableTags: { except: ['sha256-*'] } }, false],
  [{ immutableTags: { except: ['sha*'] } }, false],
  [{ immutableTags: { except: ['*'] } }, false],
  [{ immutableTags: false }, false],
  [{}, false],
])('warns that signatures cannot be renewed: %j, %j', (repositories, warns) => {
  const warnings = settingsWarnings(listWith(repositories))
  expect(warnings).toHaveLength(warns ? 1 : 0)
  if (warns) expect(warnings[0]).toContain("write {except: ['sha256-*']}")
})
