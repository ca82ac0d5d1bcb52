// What an estimate counts of a list: where images go, and what the list has besides images.
import { expect, test } from 'vitest'
import { estimateCommand } from '../../../cli/estimate/command.ts'
import { estimateOf } from '../../../cli/estimate/document.ts'
import { workloadOf } from '../../../cli/estimate/workload.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { parsed } from '../parsed.ts'

const NOW = new Date('2026-11-30T12:00:00Z')
const ACCOUNT = '210987654321'

function priced(settings: object, ...args: string[]) {
  const list = parseList(
    JSON.stringify({ regions: ['eu-west-1'], images: ['redis:7'], ...settings }),
    'list.yaml',
  )
  const options = parsed(estimateCommand, args)
  const found = workloadOf(list, { ...options, now: NOW })
  return { ...found, document: estimateOf(found, { list, options, run: undefined }) }
}

function placesOf(settings: object): Record<string, number> {
  return Object.fromEntries(priced(settings).document.places.map(({ place, pairs }) => [place, pairs]))
}

test('tells targets apart by what their bytes cost', () => {
  const targets = {
    prod: { account: ACCOUNT, regions: ['eu-west-1', 'us-east-1'] },
    harbor: { registry: 'harbor.example.com', namespace: 'mirror' },
    hub: { registry: 'docker.io', namespace: 'team', public: true, repository: '{flat}' },
    gallery: { registry: 'public.ecr.aws', namespace: 'a1b2c3d4', public: true },
  }
  const defaults = { targets: ['regions', ...Object.keys(targets)] }
  expect(placesOf({ regions: ['eu-west-1', 'sa-east-1'], targets, defaults })).toEqual({
    home: 1,
    region: 1,
    account: 1,
    farAccount: 1,
    farGallery: 1,
    registry: 2,
  })
  expect(placesOf({ regions: ['us-east-1'], targets, defaults })).toMatchObject({ gallery: 1, account: 1 })
})

test('prices a list without regions by its home, or as in us-east-1', () => {
  const targets = { prod: { account: ACCOUNT, regions: ['eu-west-1', 'us-east-1'] } }
  const elsewhere = { regions: undefined, targets, defaults: { targets: ['prod'] } }
  expect(placesOf({ ...elsewhere, home: 'sa-east-1' })).toEqual({ farAccount: 2 })
  const { document } = priced(elsewhere)
  expect(document.places.map(({ place }) => place)).toEqual(['account', 'farAccount'])
  expect(document.notes).toContain('The list names no region; builds are assumed to be in us-east-1.')
})

test('prices builds on x86 where CodeBuild has no ARM', () => {
  const { work, document } = priced({ regions: ['eu-central-2'] })
  expect(work.compute).toBe('x86')
  expect(document.notes).toEqual(['CodeBuild has no ARM in eu-central-2, so builds are priced on x86.'])
  expect(priced({ regions: ['eu-central-2'] }, '--compute', 'lambda').work.compute).toBe('lambda')
  expect(priced({}).work.compute).toBe('arm')
})

test('counts an image with one of its platforms as half, and with more as a whole', () => {
  const images = [
    { source: 'redis:7', platforms: ['linux/amd64'] },
    { source: 'nginx:1', platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'] },
    'busybox:1',
  ]
  const sizes = priced({ images }, '--gb', '1').work.images.map(({ pairs }) => pairs[0]?.stored)
  expect(sizes).toEqual([0.5, 1, 1])
})

test('leaves out entries that have expired, and says so', () => {
  const images = [
    'redis:7',
    { source: 'nginx:1', expires: '2026-11-29' },
    { source: 'busybox:1', expires: '2026-11-30' },
  ]
  const { document } = priced({ images })
  expect(document).toMatchObject({ images: 2, notes: ['1 entry has expired and is not counted.'] })
})

test('counts schedules, push regions, keys and secrets once each', () => {
  const key = (region: string) =>
    `arn:aws:kms:${region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`
  const regions = ['eu-west-1', 'us-east-1']
  const { work } = priced({
    regions,
    prefix: 'mirror',
    repositories: { encryption: { kms: Object.fromEntries(regions.map((region) => [region, key(region)])) } },
    targets: { harbor: { registry: 'harbor.example.com', namespace: 'mirror', credentials: 'push' } },
    defaults: { targets: ['regions', 'harbor'] },
    push: { repositories: ['team/*'], from: regions },
    images: ['redis:7', { source: 'ghcr.io/team/app:1', credentials: 'pull', schedule: 'rate(1 hour)' }],
  })
  expect(work.fixtures).toMatchObject({ schedules: 2, pushRegions: 1, keys: 2, secrets: 2 })
  expect(work.images[0]?.pairs.map(({ place, usesKms = false }) => [place, usesKms])).toEqual([
    ['home', true],
    ['region', true],
    ['registry', false],
  ])
})

test('counts the targets that have metrics of their own', () => {
  const settings = { regions: ['us-east-1', 'eu-west-1'], metrics: { byTarget: true } }
  expect(priced(settings).work.fixtures.meteredTargets).toBe(2)
  expect(priced({}).work.fixtures.meteredTargets).toBe(0)
})

test('a key of ECR costs requests, and no key', () => {
  const { work } = priced({ repositories: { encryption: { kms: true } } })
  expect(work.fixtures.keys).toBe(0)
  expect(work.images[0]?.pairs[0]?.usesKms).toBe(true)
})

test('counts reads of lists elsewhere, and says that their images are missing', () => {
  const imagesFrom = ['s3://lists/more.yaml', 'ssm:/mirror/images', 'dynamodb:mirror']
  const { work, document } = priced({ imagesFrom, images: [], prefix: 'mirror' })
  expect(work.fixtures).toMatchObject({ schedules: 1, lists: { objects: 1, tables: 1 } })
  expect(document.images).toBe(0)
  expect(document.notes).toEqual([
    'Images of s3://lists/more.yaml, ssm:/mirror/images, dynamodb:mirror are not counted; --report with the report of a run counts them.',
  ])
})

test('marks images that are read from ECR in another region, and those whose tags are pruned', () => {
  const { work } = priced({
    images: [
      { source: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/team/app:1`, prune: true },
      `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/team/tool:1`,
      { source: 'redis:7', backup: { name: 'before-{date}-{tag}', keep: 2 } },
    ],
  })
  expect(work.images.map(({ fromOtherRegion, prunes }) => [fromOtherRegion, prunes])).toEqual([
    [true, true],
    [undefined, undefined],
    [undefined, true],
  ])
})

test('says what it leaves out', () => {
  const { document } = priced({
    schedule: 'off',
    prefix: 'mirror',
    push: { repositories: ['team/*'] },
    vpc: {
      id: 'vpc-0123456789abcdef0',
      subnets: ['subnet-0123456789abcdef0'],
      securityGroups: ['sg-0123456789abcdef0'],
    },
    images: [{ source: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/app/*`, tags: { include: ['latest'] } }],
  })
  expect(document.notes).toEqual([
    '1 source with a * counts as one image; --report with the report of a run counts all.',
    'Pushes are not counted: each starts a run of its image.',
    'The NAT gateway and the endpoints of the VPC are not counted.',
    'The list has no schedule; --runs sets the number of runs.',
  ])
})
