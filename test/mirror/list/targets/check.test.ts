// Targets that a list may define, and what images may say of them.
import { expect, test } from 'vitest'
import { parseList } from '../../../../mirror/list/parse-list.ts'

const HARBOR = { registry: 'harbor.example.com', namespace: 'mirror', credentials: 'harbor' }

function problemsOf(list: Record<string, unknown>): string[] {
  try {
    parseList(JSON.stringify({ regions: ['us-east-1'], images: ['redis'], ...list }), 'list.json')
    return []
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.replace(/^list\.json(?::\d+)?: /, ''))
  }
}

const problemOf = (name: string, target: object) => problemsOf({ targets: { [name]: target } })[0]

test('accepts registries with and without a namespace and credentials', () => {
  const targets = {
    harbor: HARBOR,
    plain: { registry: '127.0.0.1:5000' },
    hub: { registry: 'docker.io', namespace: 'example', credentials: 'hub', public: true },
  }
  const images = ['redis', { source: 'nginx', targets: ['plain', 'regions'], regions: ['us-east-1'] }]
  expect(problemsOf({ targets, images, defaults: { targets: ['regions', 'harbor'] } })).toEqual([])
})

test.each([
  ['regions', HARBOR, 'targets.regions: has the name of a region; give the target another name'],
  ['eu-west-1', HARBOR, 'targets.eu-west-1: has the name of a region; give the target another name'],
  ['Prod', HARBOR, 'targets.Prod: must be named by up to 63 lower-case letters, digits and -'],
  ['a/b', HARBOR, 'targets.a/b: must be named by up to 63 lower-case letters, digits and -'],
  [
    'hub',
    { registry: 'index.docker.io', namespace: 'a', public: true },
    'targets.hub.registry: must be written as "docker.io"',
  ],
  [
    'x',
    { registry: 'https://harbor' },
    'targets.x.registry: "https://harbor" is not the host of a registry; write "harbor"',
  ],
  [
    'x',
    { registry: 'http://127.0.0.1:5000/v2/' },
    'targets.x.registry: "http://127.0.0.1:5000/v2/" is not the host of a registry; write "127.0.0.1:5000"',
  ],
  [
    'x',
    { registry: 'my_harbor' },
    'targets.x.registry: "my_harbor" is not the host of a registry; write it as in "quay.io" or "harbor.example.com:5000"',
  ],
  [
    'x',
    { registry: '123456789012.dkr.ecr.eu-west-1.amazonaws.com' },
    'targets.x.registry: "123456789012.dkr.ecr.eu-west-1.amazonaws.com" is Amazon ECR; name its region in "regions", or its "account", "regions" and "role" here',
  ],
  [
    'x',
    { registry: 'public.ecr.aws', public: true },
    "targets.x.namespace: public.ecr.aws needs the namespace to push to: the alias of the account's public registry, and more if you like (a1b2c3d4/mirror)",
  ],
  [
    'x',
    { registry: 'public.ecr.aws', namespace: 'a1b2c3d4' },
    'targets.x.public: public.ecr.aws makes the repositories that a push creates public; set "public: true" if they may be',
  ],
  [
    'x',
    { registry: 'public.ecr.aws', namespace: 'a1b2c3d4', public: true, credentials: 'x' },
    "targets.x.credentials: public.ecr.aws is pushed to with the stack's own roles; remove the secret",
  ],
  [
    'x',
    { registry: 'quay.io', namespace: 'Team/' },
    'targets.x.namespace: "Team/" is not a namespace at quay.io: registries accept lower-case letters and digits, joined by . _ - and /',
  ],
  [
    'x',
    { registry: 'public.ecr.aws', namespace: 'a1b2c3d4/a--b', public: true },
    'targets.x.namespace: "a1b2c3d4/a--b" is not a namespace at public.ecr.aws: ECR accepts lower-case letters and digits, joined by single . _ - and /',
  ],
  [
    'hub',
    { registry: 'docker.io', public: true },
    'targets.hub.namespace: docker.io needs the namespace to push to: the name of a user or an organization',
  ],
  [
    'hub',
    { registry: 'docker.io', namespace: 'a/b', public: true },
    'targets.hub.namespace: "a/b" is not a namespace at docker.io: its names have two parts, such as "example/redis"',
  ],
  [
    'hub',
    { registry: 'docker.io', namespace: 'example' },
    'targets.hub.public: docker.io makes the repositories that a push creates public; set "public: true" if they may be',
  ],
  [
    'x',
    { registry: 'quay.io', public: true },
    'targets.x.public: applies only to docker.io and public.ecr.aws',
  ],
])('refuses the target %s of %j', (name, target, problem) => {
  expect(problemOf(name, target)).toBe(problem)
})

const PROD = {
  account: '210987654321',
  regions: ['us-east-1', 'eu-west-1'],
  role: 'arn:aws:iam::210987654321:role/mirror',
  externalId: 'tenant-1',
}

test('accepts the regions of another account', () => {
  expect(problemsOf({ targets: { prod: PROD }, defaults: { targets: ['prod'] } })).toEqual([])
})

test.each([
  [{ account: '111122223333' }, 'targets.prod.role: is of the account 210987654321, not 111122223333'],
  [
    { role: 'arn:aws-cn:iam::210987654321:role/mirror', regions: ['cn-north-1'] },
    'targets.prod.role: is in the partition aws-cn, and us-east-1 is in aws; roles cannot be assumed across partitions',
  ],
  [
    { regions: ['us-east-1', 'cn-north-1'] },
    'targets.prod.regions[1]: "cn-north-1" is in the partition aws-cn, and the role in aws',
  ],
  [
    { regions: ['us-east-1', 'us-east-1'] },
    'targets.prod.regions[1]: "us-east-1" appears twice; remove one of them',
  ],
])('refuses another account with %j', (change, problem) => {
  expect(problemOf('prod', { ...PROD, ...change })).toBe(problem)
})

test('refuses a role that is no ARN, and an account that is no text', () => {
  expect(problemOf('prod', { ...PROD, role: 'mirror' })).toContain('must be the ARN of a role')
  expect(problemOf('prod', { ...PROD, account: 210987654321 })).toContain('targets.prod')
})

test('refuses two names for one place', () => {
  expect(problemsOf({ targets: { one: HARBOR, two: { ...HARBOR, credentials: 'other' } } })).toEqual([
    'targets.two: goes to the same place as "one"; remove one of them',
  ])
})

test.each([
  [['harbour'], '"harbour" is not a target of the list; did you mean "harbor"?'],
  [['harbor', 'harbor'], '"harbor" appears twice; remove one of them'],
  [['us-east-1'], '"us-east-1" is a region; write "regions" here, and name the region in "regions"'],
])('refuses the choice %j of an image and of the defaults', (chosen, problem) => {
  const at = chosen.length - 1
  const images = [{ source: 'redis', targets: chosen }]
  expect(problemsOf({ targets: { harbor: HARBOR }, images })[0]).toContain(
    `images[0].targets[${at}]: ${problem}`,
  )
  const defaults = { targets: chosen }
  expect(problemsOf({ targets: { harbor: HARBOR }, defaults })[0]).toContain(
    `defaults.targets[${at}]: ${problem}`,
  )
})

test('refuses regions of an image that goes to none', () => {
  const images = [{ source: 'redis', targets: ['harbor'], regions: ['us-east-1'] }]
  expect(problemsOf({ targets: { harbor: HARBOR }, images })).toEqual([
    'images[0].regions: has no effect, because "targets" does not have "regions"; add it there, or remove this',
  ])
})

test('refuses an image with more targets than the workflow has room for', () => {
  const targets = Object.fromEntries(
    [...Array(36).keys()].map((n) => [`t${n}`, { registry: `r${n}.example.com` }]),
  )
  const all = { source: 'redis', targets: ['regions', ...Object.keys(targets)] }
  expect(problemsOf({ targets, images: [all] })).toEqual([
    'images[0]: goes to 37 targets, but the workflow has room for 36; name fewer in "regions" or "targets"',
  ])
  expect(problemsOf({ targets, images: [{ ...all, targets: Object.keys(targets) }] })).toEqual([])
})
