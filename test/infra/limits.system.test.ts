// Lists of all sizes can be deployed, or are refused at synth with a fix.
import { App, Stack } from 'aws-cdk-lib'
import { expect, test } from 'vitest'
import { ImageMirror } from '../../infra/image-mirror.ts'
import { PushStack } from '../../infra/push-stack.ts'
import { authority } from '../support/certificate.ts'
import { overLimits } from './limits.ts'
import { LISTED_VPC, listOf, resourcesOf, testStack } from './templates.ts'

type Settings = Record<string, unknown>

const many = <T>(count: number, of: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => of(n))
const ecr = (account: number, name: string) => `${account}.dkr.ecr.us-west-2.amazonaws.com/${name}`
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2', 'ca-central-1', 'eu-central-1', 'us-west-2']
const { cert } = authority('company')

/** Shape -> makes a list with this number of entries. */
const SHAPES: Readonly<Record<string, (count: number) => Settings>> = {
  'public images': (count) => ({ images: many(count, (n) => `quay.io/team${n}/application:1.${n}`) }),
  'targets with long names, without a prefix': (count) => ({
    prefix: undefined,
    images: many(count, (n) => ({
      source: `app${n}:1`,
      repository: `${'a'.repeat(90)}/${'b'.repeat(60)}-${n}`,
    })),
  }),
  'targets in as many folders, without a prefix': (count) => ({
    prefix: undefined,
    images: many(count, (n) => `quay.io/team${n}/application:1.${n}`),
  }),
  'sources in ECR of one account': (count) => ({
    images: many(count, (n) => ecr(111122223333, `team${n % 50}/application-number-${n}:1`)),
  }),
  'sources in ECR of as many accounts': (count) => ({
    images: many(count, (n) => ({
      source: ecr(111122223333 + n, 'team/app:1'),
      repository: `mirror/app-${n}`,
    })),
  }),
  secrets: (count) => ({
    images: many(count, (n) => ({
      source: `r${n}.example/app:1`,
      repository: `mirror/x${n}`,
      credentials: `key/${n}`,
    })),
  }),
  'patterns that people push to': (count) => ({
    push: { repositories: many(count, (n) => `team-number-${n}/*`) },
  }),
  'names that people push to, in many regions': (count) => ({
    regions: REGIONS,
    push: { repositories: many(count, (n) => `team-number-${n}/application`), from: REGIONS },
  }),
  'registries with token servers': (count) => ({
    registries: Object.fromEntries(
      many(count, (n) => [`r${n}.example`, { realms: [`https://auth${n}.example`] }]),
    ),
  }),
  'registries with an authority': (count) => ({
    registries: Object.fromEntries(many(count, (n) => [`r${n}.example`, { ca: cert }])),
  }),
  schedules: (count) => ({
    images: many(count, (n) => ({ source: `quay.io/team/app${n}:1`, schedule: `rate(${n + 2} hours)` })),
  }),
  'everything, in a VPC': (count) => ({
    prefix: undefined,
    vpc: {
      ...LISTED_VPC,
      subnets: many(16, (n) => `subnet-0123456789abcde${(n + 16).toString(16)}`),
      securityGroups: many(5, (n) => `sg-0123456789abcdef${n}`),
    },
    push: { repositories: many(Math.ceil(count / 4), (n) => `pushed-${n}/*`) },
    images: many(count, (n) => ({
      source: n % 2 ? ecr(111122223333, `team/app-${n}:1`) : `r${n}.example/app:1`,
      repository: `mirror/app-${n}`,
      ...(n % 2 ? {} : { credentials: `key-${n}` }),
    })),
  }),
}

function mirror(settings: Settings, stack = testStack()): string[] {
  new ImageMirror(stack, 'Mirror', { list: listOf(settings) })
  return overLimits(resourcesOf(stack))
}

/** The shapes and sizes that must not be refused. */
const DEPLOYED: readonly string[] = [
  '100 public images',
  '2000 public images',
  '100 targets with long names, without a prefix',
  '2000 targets with long names, without a prefix',
  '100 targets in as many folders, without a prefix',
  '100 sources in ECR of one account',
  '2000 sources in ECR of one account',
  '100 sources in ECR of as many accounts',
  '100 secrets',
  '100 patterns that people push to',
  '100 names that people push to, in many regions',
  '100 schedules',
  '100 everything, in a VPC',
]

test.each(
  Object.entries(SHAPES).flatMap(([shape, of]) => [1, 100, 2000].map((count) => [count, shape, of] as const)),
)('%d %s: can be deployed, or is refused with a fix', (count, shape, of) => {
  let refusal: unknown
  let over: string[] = []
  try {
    over = mirror(of(count))
  } catch (thrown) {
    refusal = thrown
  }
  expect(over).toEqual([])
  if (refusal === undefined) return
  expect(count, `${refusal}`).toBeGreaterThan(1)
  expect(DEPLOYED, `${refusal}`).not.toContain(`${count} ${shape}`)
  expect(refusal).toMatchObject({ name: 'InvalidInput', message: expect.stringMatching(/\d.*[;:] [a-z]/s) })
})

test.each([1, 100, 500])('a push region with %d names fits into its stack', (count) => {
  const repositories = many(count, (n) => `team-number-${n}/application`)
  const env = { region: 'us-east-1' }
  const pushes = new PushStack(testStack().node.root, 'Pushes', { repositories, home: 'eu-west-1', env })
  expect(overLimits(resourcesOf(pushes))).toEqual([])
})

test.each(['sources in ECR of one account', 'secrets', 'everything, in a VPC'])(
  '100 %s fit in an app without the feature flags of this project',
  (shape) => {
    const app = new App({
      context: { 'aws:cdk:bundling-stacks': [] },
      builtinCloudFormationValidation: false,
    })
    const stack = new Stack(app, 'Test', { env: { region: 'us-east-1' } })
    expect(mirror(SHAPES[shape]?.(100) ?? {}, stack)).toEqual([])
  },
)
