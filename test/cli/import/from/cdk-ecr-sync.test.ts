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
  expect(texts).toContain('"lifcecyleRule" has no counterpart')
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

test('refuses a template without the construct', () => {
  expect(() => imported('{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}')).toThrow(
    'the template has no function of cdk-ecr-sync',
  )
})
