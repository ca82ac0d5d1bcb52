// Imports a regsync.yml as teams have them, and compares the tags with regsync's own rules.
import { expect, test } from 'vitest'
import { imported, selectedFrom, TAGS } from '../imported.ts'
import { regsyncMatches } from '../versions/tools.ts'

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'

interface Rules {
  readonly allow?: readonly string[]
  readonly deny?: readonly string[]
  readonly ranges?: readonly string[]
}

/** Each repository with its sets of rules; none select everything. */
const CASES: Readonly<Record<string, readonly Rules[]>> = {
  'docker.io/library/all': [],
  'docker.io/library/allowed': [{ allow: ['latest', '1\\.\\d+'] }],
  'docker.io/library/anchored': [{ allow: ['1\\.2', '3'] }],
  'docker.io/library/ungrouped': [{ allow: ['1|alpine'] }],
  'docker.io/library/denied': [{ deny: ['.*-.*', 'nightly'] }],
  'quay.io/team/both': [{ allow: ['\\d+\\.\\d+\\.\\d+.*'], deny: ['.*-rc.*', '.*-(alpine|glibc)'] }],
  'quay.io/team/dots': [{ allow: ['1.2.3'] }],
  'quay.io/team/range': [{ ranges: ['>=1.0.0 <2.0.0'] }],
  'quay.io/team/ranges': [{ ranges: ['<1.3', '>=3'] }],
  'quay.io/team/caret': [{ ranges: ['^1.2.3'] }],
  'quay.io/team/tilde': [{ ranges: ['~1.2'], deny: ['.*-.+'] }],
  'ghcr.io/acme/range-and-allow': [{ ranges: ['>=1.2'], allow: ['v?\\d+\\.\\d+\\.\\d+', '.*alpine.*'] }],
  'ghcr.io/acme/range-allow-deny': [{ ranges: ['>=1.2 <2'], allow: ['[0-9.]+.*'], deny: ['.*musl'] }],
  'ghcr.io/acme/exact': [{ ranges: ['1.2.3'] }],
  'ghcr.io/acme/sets': [{ allow: ['latest'] }, { ranges: ['>=2.0.0'] }],
  'ghcr.io/acme/same-deny': [
    { allow: ['1\\..*'], deny: ['.*-.*'] },
    { allow: ['2\\..*'], deny: ['.*-.*'] },
  ],
  'registry.k8s.io/pause': [{ allow: ['3', 'v2'] }],
  'registry.k8s.io/insensitive': [{ allow: ['(?i)LATEST|V1.*'] }],
}

const entry = (source: string, sets: readonly Rules[]) => `  - source: ${source}
    target: ${ECR}/${source.replace(/^[^/]*\//, '')}
    type: repository
${sets.length === 0 ? '' : sets.length === 1 ? `    tags: ${rules(sets[0] ?? {})}\n` : `    tagSets: [${sets.map(rules).join(', ')}]\n`}`

const rules = ({ allow, deny, ranges }: Rules) =>
  JSON.stringify({ ...(allow && { allow }), ...(deny && { deny }), ...(ranges && { semverRange: ranges }) })

const FILE = `version: 1
creds:
  - registry: docker.io
    user: '{{env "HUB_USER"}}'
    pass: '{{file "/run/secrets/hub"}}'
  - registry: ${ECR}
    credHelper: docker-credential-ecr-login
defaults:
  parallel: 2
  interval: 60m
  backup: 'bkup-{{.Ref.Tag}}'
  ratelimit: { min: 80, retry: 15m }
sync:
${Object.entries(CASES)
  .map(([source, sets]) => entry(source, sets))
  .join('')}
  - source: docker.io/library/golang:1.22
    target: ${ECR}/base/golang:stable
    type: image
    platform: linux/amd64
    schedule: '15 3 * * 1-5'
  - source: docker.io/library/busybox
    target: 123456789012.dkr.ecr.us-east-1.amazonaws.com/busybox
    type: image
    platforms: [linux/amd64, linux/arm64/v8]
    hooks: { post: { type: exec, params: [notify] } }
  - source: registry.example.com
    target: ${ECR}
    type: registry
    repos: { allow: ['team/.*'] }
  - source: docker.io/library/hello
    target: '{{ env "TARGET" }}/hello'
    type: repository
    tags: { allow: [latest] }
`

const selects =
  ({ allow, deny, ranges }: Rules) =>
  (tag: string) => {
    const fits = (patterns: readonly string[]) =>
      patterns.some((pattern) => {
        const isAnyCase = pattern.startsWith('(?i)')
        return new RegExp(`^${pattern.replace('(?i)', '')}$`, isAnyCase ? 'i' : '').test(tag)
      })
    return (
      (!ranges || ranges.some((range) => regsyncMatches(tag, range))) &&
      (!allow || fits(allow)) &&
      !(deny && fits(deny))
    )
  }

test('selects the tags that regsync selects', async () => {
  const available = Object.fromEntries(Object.keys(CASES).map((source) => [source, TAGS]))
  const selected = await selectedFrom(imported(FILE), available)
  for (const [source, sets] of Object.entries(CASES)) {
    const wanted = TAGS.filter((tag) => sets.length === 0 || sets.some((set) => selects(set)(tag)))
    expect(selected[source], source).toEqual([...wanted].sort())
  }
})

test('takes over places, schedules, platforms and the reserve', () => {
  const { list, images, tool } = imported(FILE)
  expect([tool, images, list.regions, list.rateLimit]).toEqual([
    'regsync',
    21,
    ['eu-west-1', 'us-east-1'],
    { reserve: 80 },
  ])
  expect(list.images.slice(-3)).toEqual([
    {
      source: 'docker.io/library/golang:1.22',
      to: ['base/golang:stable'],
      regions: ['eu-west-1'],
      platforms: ['linux/amd64'],
      as: 'manifest',
      schedule: 'cron(15 3 ? * 2-6 *)',
    },
    {
      source: 'docker.io/library/busybox:latest',
      regions: ['us-east-1'],
      platforms: ['linux/amd64', 'linux/arm64'],
      schedule: 'rate(1 hour)',
    },
    { source: 'docker.io/library/hello', tags: { include: ['/^latest$/'] }, schedule: 'rate(1 hour)' },
  ])
})

test('says what it leaves out, with lines, and copies no credentials', () => {
  const { notes, text } = imported(FILE)
  const texts = notes.map((note) => note.text).join('\n')
  for (const part of [
    'the credentials of docker.io are not copied: create the secret "image-mirror/docker.io"',
    '"defaults.backup" has no counterpart',
    '"hooks" has no counterpart',
    '"registry.example.com" is not imported: "type: registry" copies all repositories',
    'cannot be read because of its template',
    'Amazon ECR refuses such an index, so the list makes a new one',
  ]) {
    expect(texts).toContain(part)
    expect(text.replace(/\n *# /g, ' ')).toContain(part)
  }
  expect(text).not.toMatch(/HUB_USER|run\/secrets/)
  const line = FILE.split('\n').findIndex((one) => one.includes('type: registry')) - 1
  expect(notes.find((note) => note.text.includes('type: registry'))?.line).toBe(line)
})

test.each([
  ['tags: { allow: ["("] }', '"(" is not a regular expression'],
  ['tags: { semverRange: [">=a"] }', '">=a" is not a range'],
  ['type: other', 'its type "other" is not known'],
  ['tags: { semverRange: [">2 <1"] }', '">2 <1" contains no version'],
])('leaves out an entry with %s', (line, why) => {
  const file = `sync:\n  - {source: redis, target: ${ECR}/redis, type: repository}\n  - source: quay.io/a/b\n    target: ${ECR}/b\n${line.startsWith('type') ? '' : '    type: repository\n'}    ${line}\n`
  const { notes, images } = imported(file)
  expect(images).toBe(1)
  expect(notes.map(({ text }) => text).join()).toContain(why)
})

test('selects more, and says so, where sets deny different tags', async () => {
  const file = `sync: [{source: redis, target: ${ECR}/redis, type: repository, tagSets: [{allow: ['1.*'], deny: ['.*a']}, {allow: ['2.*']}]}]`
  const result = imported(file)
  expect(
    (await selectedFrom(result, { 'docker.io/library/redis': ['1', '1a', '2', '3'] }))[
      'docker.io/library/redis'
    ],
  ).toEqual(['1', '1a', '2'])
  expect(result.notes.map(({ text }) => text).join()).toContain('"tagSets" that deny different tags')
})
