// Imports props and templates of cdk-ecr-sync, and compares the tags with its own rules.
import { expect, test } from 'vitest'
import { imported, selectedFrom, TAGS } from '../imported.ts'

interface Rules {
  readonly includeTags?: readonly string[]
  readonly excludeTags?: readonly string[]
}

const CASES: Readonly<Record<string, Rules>> = {
  'hello-world': {},
  alpine: { includeTags: ['latest'] },
  redis: { includeTags: ['^1\\.2\\.\\d+$', '^v'] },
  nginx: { includeTags: ['1.2'] },
  node: { excludeTags: ['alpine', '-rc'] },
  golang: { includeTags: ['^1\\.'], excludeTags: ['-'] },
  python: { includeTags: ['^\\d+\\.\\d+\\.\\d+$'] },
  postgres: { includeTags: ['^(1|2)\\.', '^latest$'] },
  mysql: { excludeTags: ['^\\d+$'] },
  mongo: { includeTags: ['glibc$'], excludeTags: ['glibc'] },
  'bitnami/kafka': { includeTags: ['debian-12-r\\d+$'] },
  'bitnami/redis': { excludeTags: ['debian'] },
  'grafana/grafana': { includeTags: ['^\\d+\\.\\d+\\.\\d+$'], excludeTags: ['^0\\.', '^1\\.'] },
  'grafana/loki': { includeTags: ['^2'] },
  'prom/prometheus': { includeTags: ['^v\\d'] },
  'hashicorp/vault': { includeTags: ['[0-9]{2}\\.04'] },
  'fluent/fluent-bit': { excludeTags: ['.'] },
  'amazon/aws-cli': { includeTags: ['^2\\.\\d+\\.\\d+$'] },
  'library/busybox': { includeTags: ['stable'] },
  'traefik/whoami': { includeTags: [''] },
}

const images = Object.entries(CASES).map(([imageName, rules]) => ({ imageName, ...rules }))
const PROPS = JSON.stringify(
  {
    dockerImages: [
      ...images,
      { imageName: 'nats', includeTags: ['^(?!.*rc).*$'] },
      { imageName: 'minio/minio', includeTags: ['^RELEASE', '(?<=a)b'] },
    ],
    repoPrefix: 'foo/bar',
    schedule: { expressionString: 'rate(2 hours)' },
    lifcecyleRule: { maxImageCount: 10 },
  },
  undefined,
  '\t',
)

function selects({ includeTags, excludeTags }: Rules): (tag: string) => boolean {
  return (tag) =>
    !(excludeTags ?? []).some((pattern) => tag.match(pattern)) &&
    (includeTags === undefined || includeTags.some((pattern) => tag.match(pattern)))
}

const sourceOf = (name: string) => `docker.io/${name.includes('/') ? name : `library/${name}`}`

test('selects the tags that cdk-ecr-sync selects', async () => {
  const available = Object.fromEntries(Object.keys(CASES).map((name) => [sourceOf(name), TAGS]))
  const selected = await selectedFrom(imported(PROPS), available)
  for (const [name, rules] of Object.entries(CASES)) {
    expect(selected[sourceOf(name)], name).toEqual(TAGS.filter(selects(rules)).sort())
  }
})

test('takes over the prefix, names and the schedule, and says what has no counterpart', () => {
  const { list, entries, notes } = imported(PROPS)
  expect([list.prefix, list.schedule]).toEqual(['foo/bar', 'rate(2 hours)'])
  const repositories = entries.map(({ repository }) => repository)
  expect(repositories).toEqual(
    expect.arrayContaining(['foo/bar/alpine', 'foo/bar/library/busybox', 'foo/bar/grafana/loki']),
  )
  const texts = notes.map((note) => note.text).join('\n')
  expect(list.repositories).toEqual({ lifecycle: { any: { newest: 10 } } })
  expect(texts).toContain('"nats" is not imported: no pattern of its "includeTags" can be used here')
  expect(texts).toContain('the pattern "(?<=a)b" cannot be used here')
})

test('reads a synthesized template', () => {
  const template = {
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
      Lister: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Environment: {
            Variables: {
              REGION: { Ref: 'AWS::Region' },
              IMAGES: JSON.stringify(images),
              REPO_PREFIX: 'mirror',
            },
          },
        },
      },
      Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'cron(0 6 * * ? *)' } },
    },
  }
  const { list, entries } = imported(JSON.stringify(template))
  expect([list.prefix, list.schedule, entries.length]).toEqual(['mirror', 'cron(0 6 * * ? *)', 20])
})

const propsWith = (rule: object) =>
  imported(JSON.stringify({ dockerImages: [{ imageName: 'alpine' }], lifcecyleRule: rule }))

test.each<[string, object, object]>([
  [
    'an age',
    { maxImageAge: { amount: 365, unit: { label: 'days', inMillis: 86_400_000 } } },
    { any: { days: 365 } },
  ],
  ['an age in ISO 8601', { maxImageAge: 'P30D', tagStatus: 'untagged' }, { untagged: { days: 30 } }],
  ['a prefix', { maxImageCount: 5, tagPrefixList: ['prod'] }, { tagged: [{ tags: ['prod*'], newest: 5 }] }],
  [
    'a pattern',
    { maxImageCount: 5, tagStatus: 'tagged', tagPatternList: ['v*.1'] },
    { tagged: [{ tags: ['v*.1'], newest: 5 }] },
  ],
])('takes over a lifecycle rule with %s', (_, rule, lifecycle) => {
  expect(propsWith(rule).list.repositories).toEqual({ lifecycle })
})

test('takes over a rule that the keys cannot say as a rule of ECR', () => {
  const { list } = propsWith({ maxImageCount: 5, tagPrefixList: ['a', 'b'] })
  expect(list.repositories?.lifecycle).toMatchObject({
    rules: [{ selection: { tagPrefixList: ['a', 'b'], countNumber: 5 } }],
  })
})

test.each([
  ['nothing to count', {}],
  ['a number and an age', { maxImageCount: 5, maxImageAge: { days: 3 } }],
  ['tags without names', { maxImageCount: 5, tagStatus: 'tagged' }],
  ['hours', { maxImageAge: { amount: 5, unit: { label: 'hours' } } }],
  ['none', { maxImageCount: 0 }],
])('notes a lifecycle rule with %s', (_, rule) => {
  const { list, notes } = propsWith(rule)
  expect(list.repositories?.lifecycle).toBeUndefined()
  expect(notes.map(({ text }) => text).join()).toContain('"lifcecyleRule" is not imported')
})

const templateWith = (...texts: readonly unknown[]) =>
  imported(
    JSON.stringify({
      Resources: {
        Lister: {
          Type: 'AWS::Lambda::Function',
          Properties: { Environment: { Variables: { IMAGES: JSON.stringify([{ imageName: 'alpine' }]) } } },
        },
        ...Object.fromEntries(
          texts.map((LifecyclePolicyText, index) => [
            `Repository${index}`,
            { Type: 'AWS::ECR::Repository', Properties: { LifecyclePolicy: { LifecyclePolicyText } } },
          ]),
        ),
      },
    }),
  )
const expiry = (countNumber: number) =>
  JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber },
        action: { type: 'expire' },
      },
      {
        rulePriority: 2,
        selection: {
          tagStatus: 'tagged',
          tagPatternList: ['v*'],
          countType: 'sinceImagePushed',
          countUnit: 'days',
          countNumber,
        },
        action: { type: 'expire' },
      },
    ],
  })

test('takes over the lifecycle policy that all repositories of a template have', () => {
  expect(templateWith(expiry(5), expiry(5)).list.repositories).toEqual({
    lifecycle: { tagged: [{ tags: ['v*'], days: 5 }], untagged: { newest: 5 } },
  })
  for (const { list, notes } of [templateWith(expiry(5), expiry(6)), templateWith({ Ref: 'Policy' })]) {
    expect(list.repositories?.lifecycle).toBeUndefined()
    expect(notes.map(({ text }) => text).join()).toContain(
      'lifecycle rules of the repositories are not imported',
    )
  }
})

test('refuses a template without the construct', () => {
  expect(() => imported('{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}')).toThrow(
    'the template has no function of cdk-ecr-sync',
  )
})
