// Lists whose names exceed the policies of a role.
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { expect, test } from 'vitest'
import { accessOf } from '../../../infra/iam/access.ts'
import { fitAccess } from '../../../infra/iam/fit.ts'
import { listOf, testStack } from '../templates.ts'

const many = <T>(count: number, of: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => of(n))

function fitted(settings: Record<string, unknown>) {
  const stack = testStack()
  const asked = accessOf(stack, listOf(settings))
  const given = fitAccess(stack, asked)
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue())
  return { asked, given, warnings: warnings.map(({ entry }) => String(entry.data)) }
}

const ecr = (account: number, name: string) => `${account}.dkr.ecr.us-east-1.amazonaws.com/${name}`

test.each([
  ['61 targets', { prefix: undefined, images: many(61, (n) => `quay.io/team${n}/app${n}:1`) }],
  ['500 targets', { prefix: undefined, images: many(500, (n) => `quay.io/team${n}/app${n}:1`) }],
  ['300 sources in ECR', { images: many(300, (n) => ecr(111122223333, `team/app-${n}:1`)) }],
  [
    '300 secrets',
    {
      images: many(300, (n) => ({
        source: `r${n}.example/app:1`,
        repository: `x${n}`,
        credentials: `key-${n}`,
      })),
    },
  ],
])('grants %s by name, without a warning', (_, settings) => {
  const { asked, given, warnings } = fitted(settings)
  expect(given).toEqual(asked)
  expect(warnings).toEqual([])
})

test('grants targets that do not fit by folder, with a warning and its fix', () => {
  const images = many(2000, (n) => `quay.io/team${n % 3}/application-number-${n}:1`)
  const { given, warnings } = fitted({ prefix: undefined, images: [...images, 'redis:7'] })
  expect(given.targets.toSorted()).toEqual(['redis', 'team0/*', 'team1/*', 'team2/*'])
  expect(warnings).toEqual([
    expect.stringMatching(
      /may write to all repositories under team0\/\*, team1\/\*, team2\/\*: the 2001 targets .* set "prefix" in the list/,
    ),
  ])
})

test('uses the deepest folders that fit', () => {
  const images = many(1500, (n) => `quay.io/org/team${n % 50}/application-number-${n}:1`)
  const { given } = fitted({ prefix: undefined, images })
  expect(given.targets).toHaveLength(50)
  expect(given.targets).toContain('org/team7/*')
})

test('grants ECR sources that do not fit by folder in their account and region', () => {
  const images = many(2000, (n) => ecr(111122223333 + (n % 2), `team/application-number-${n}:1`))
  const { given, asked, warnings } = fitted({ images })
  expect(given.targets).toEqual(asked.targets)
  expect(given.sources).toHaveLength(2)
  expect(given.sources.every((arn) => arn.endsWith(':repository/team/*'))).toBe(true)
  expect(warnings).toEqual([
    expect.stringMatching(/may read all repositories under team\/\*.* several mirrors/),
  ])
})

test.each([
  [
    'targets without folders',
    { prefix: undefined, images: many(2000, (n) => `quay.io/t${n}/app${n}:1`) },
    'set "prefix"',
  ],
  [
    'sources without folders',
    { images: many(2000, (n) => ecr(111122223333, `app-number-${n}:1`)) },
    'several mirrors',
  ],
  [
    'secrets',
    {
      images: many(2000, (n) => ({
        source: `r${n}.example/app:1`,
        repository: `x${n}`,
        credentials: `key-${n}`,
      })),
    },
    'use one secret',
  ],
  ['pushes', { push: { repositories: many(2000, (n) => `team-${n}/app`) } }, 'by fewer patterns'],
])('refuses lists that do not fit, with their size and the fix: %s', (_, settings, fix) => {
  expect(() => fitted(settings)).toThrow(
    expect.objectContaining({
      name: 'InvalidInput',
      message: expect.stringMatching(new RegExp(`2000 .* needs \\d+ policies .* has room for 8: .*${fix}`)),
    }),
  )
})
