// Imports tasks of dregsy, and compares the tags with dregsy's own rules.
import { expect, test } from 'vitest'
import { imported, selectedFrom, TAGS } from '../imported.ts'
import { dregsyMatches } from '../versions/tools.ts'

const DIGEST = `sha256:${'d4'.repeat(32)}`
const AUTH = 'eyJ1c2VybmFtZSI6ICJhbGV4IiwgInBhc3N3b3JkIjogInNlY3JldCJ9Cg=='

/** Tags of each mapping, as dregsy has them, and what it selects of TAGS. */
const CASES: Readonly<Record<string, readonly [tags: readonly string[], selects: (tag: string) => boolean]>> =
  {
    all: [[], () => true],
    exact: [['1.2.3', 'latest'], (tag) => ['1.2.3', 'latest'].includes(tag)],
    one: [['2.0.0'], (tag) => tag === '2.0.0'],
    regex: [['regex: 1\\.2\\.[0-9]+(-(glibc|musl))?'], (tag) => /^1\.2\.[0-9]+(-(glibc|musl))?$/.test(tag)],
    regexes: [['regex:v.*', 'regex: ^2'], (tag) => /^v.*$|^2$/.test(tag)],
    inverted: [['regex: !.*-.*'], (tag) => !tag.includes('-')],
    semver: [['semver: >=1.2.0 <2.0.0'], (tag) => dregsyMatches(tag, '>=1.2.0 <2.0.0')],
    semvers: [['semver: <1.2.0', 'semver: >=3.0.0'], (tag) => dregsyMatches(tag, '<1.2.0 || >=3.0.0')],
    wildcard: [['semver: 1.x'], (tag) => dregsyMatches(tag, '1.x')],
    or: [['semver: 1.2.x || >=10.0.0'], (tag) => dregsyMatches(tag, '1.2.x || >=10.0.0')],
    mixed: [
      ['semver: >=2.0.0', 'regex: .*alpine', 'edge'],
      (tag) => dregsyMatches(tag, '>=2.0.0') || /^.*alpine$/.test(tag) || tag === 'edge',
    ],
    'keep-not': [
      ['semver: >=1.0.0', 'keep: !.*-(rc|beta).*', 'nightly'],
      (tag) => (dregsyMatches(tag, '>=1.0.0') && !/^.*-(rc|beta).*$/.test(tag)) || tag === 'nightly',
    ],
    'keep-all': [['keep: .*alpine'], (tag) => /^.*alpine$/.test(tag)],
    'keep-range': [
      ['latest', 'semver: >=1.2.0', 'keep: .+-(alpine|glibc|buster)'],
      (tag) => tag === 'latest' || (dregsyMatches(tag, '>=1.2.0') && /^.+-(alpine|glibc|buster)$/.test(tag)),
    ],
    'keep-exact': [
      ['1.2.3-alpine', 'semver: >=1.2.0', 'keep: !.*alpine.*'],
      (tag) => tag === '1.2.3-alpine' || (dregsyMatches(tag, '>=1.2.0') && !tag.includes('alpine')),
    ],
    float: [['1.10', '1.20'], (tag) => ['1.10', '1.20'].includes(tag)],
  }

const FILE = `relay: skopeo
skopeo: { binary: skopeo }
lister: { maxItems: 100 }
defaults: &target
  registry: 123456789012.dkr.ecr.eu-west-1.amazonaws.com
  auth-refresh: 10h
tasks:
  - name: hub
    interval: 3600
    source: { registry: registry.hub.docker.com, auth: ${AUTH} }
    target:
      <<: *target
    mappings:
${Object.entries(CASES)
  .map(
    ([name, [tags]]) =>
      `      - from: library/${name}\n        to: mirror/${name}\n        tags: ${name === 'float' ? `[${tags.join(', ')}]` : JSON.stringify(tags)}\n`,
  )
  .join('')}
  - name: quay
    interval: 90
    source: { registry: quay.io, auth: none }
    target: *target
    mappings:
      - from: prometheus/prometheus
        platform: linux/arm64/v8
        tags: ['v2.53.0@${DIGEST}', '${DIGEST}']
      - from: /coreos/etcd
        platform: all
        tags: ['v3.5.9']
  - name: once
    verbose: true
    source: { registry: gcr.io, skip-tls-verify: true }
    target: { registry: harbor.example.com }
    mappings:
      - from: regex:distroless/.*
      - from: distroless/static
        to: regex:distroless/(.*),base/$1
        tags: [nonroot]
      - from: distroless/base
        tags: ['regex: (']
`

test('selects the tags that dregsy selects', async () => {
  const available = Object.fromEntries(Object.keys(CASES).map((name) => [`docker.io/library/${name}`, TAGS]))
  const selected = await selectedFrom(imported(FILE), available)
  for (const [name, [tags, selects]] of Object.entries(CASES)) {
    const named = tags.filter((tag) => !tag.includes(':') && !TAGS.includes(tag))
    expect(selected[`docker.io/library/${name}`], name).toEqual([...TAGS.filter(selects), ...named].sort())
  }
})

test('counts the newest versions of each variant', async () => {
  const file = `tasks: [{name: a, interval: 60, source: {registry: quay.io}, target: {registry: 123456789012.dkr.ecr.us-east-1.amazonaws.com},
    mappings: [{from: a/b, tags: ['semver: >=1.0.0', 'keep: latest 2', 'edge']}]}]`
  const result = imported(file)
  const tags = ['1.0.0', '1.9.0', '1.10.0', '1.2.0', 'edge', 'other']
  expect((await selectedFrom(result, { 'quay.io/a/b': tags }))['quay.io/a/b']).toEqual([
    '1.10.0',
    '1.9.0',
    'edge',
  ])
  expect(result.notes.map(({ text }) => text).join()).toContain(
    '"keep: latest 2" counts all versions together',
  )
})

test('takes over places, intervals, platforms and digests', () => {
  const { list } = imported(FILE)
  expect(list.images).toContainEqual({
    source: 'docker.io/library/one:2.0.0',
    repository: 'mirror/one',
    schedule: 'rate(1 hour)',
  })
  expect(list.images).toContainEqual({
    source: `quay.io/prometheus/prometheus:v2.53.0@${DIGEST}`,
    platforms: ['linux/arm64'],
    as: 'manifest',
    schedule: 'rate(2 minutes)',
  })
  expect(list.images).toContainEqual({ source: 'quay.io/coreos/etcd:v3.5.9', schedule: 'rate(2 minutes)' })
  expect(list.images.at(-1)).toEqual({
    source: 'gcr.io/distroless/static:nonroot',
    targets: ['harbor-example-com'],
  })
})

test('copies no credentials, and says what has no counterpart', () => {
  const { text, notes } = imported(FILE)
  expect(text).not.toContain(AUTH)
  const texts = notes.map((note) => note.text).join('\n')
  for (const part of [
    'create the secret "image-mirror/docker.io"',
    'task "once" runs once at the start',
    'task "once" does not verify certificates',
    '"regex:distroless/.*" is not imported: it is a regular expression for repositories',
    '"to" "regex:distroless/(.*),base/$1" is a regular expression',
    '"distroless/base" is not imported: "(" is not a regular expression',
  ]) {
    expect(texts).toContain(part)
  }
})

test.each([
  [['semver: >2.0.0 <1.0.0'], '">2.0.0 <1.0.0" contains no version'],
  [['semver: >=1.y'], '">=1.y" is not a range'],
  [['a b'], 'it has a tag that is not valid'],
])('leaves out a mapping with %j', (tags, why) => {
  const file = `tasks: [{name: a, source: {registry: quay.io}, target: {registry: harbor.example.com}, mappings: [{from: a/a}, {from: a/b, tags: ${JSON.stringify(tags)}}]}]`
  const { images, notes } = imported(file)
  expect(images).toBe(1)
  expect(notes.map(({ text }) => text)).toContain(`"a/b" is not imported: ${why}`)
})

test.each([
  [['regex: a', 'keep: b'], '"keep:" together with "regex:" is not applied'],
  [['regex: !a', 'regex: b'], '"regex: !" next to other filters is not applied'],
  [['keep: a', 'keep: b'], 'the second of several "keep:" is not applied'],
])('says that %j selects more', (tags, why) => {
  const file = `tasks: [{name: a, source: {registry: quay.io}, target: {registry: 123456789012.dkr.ecr.us-east-1.amazonaws.com}, mappings: [{from: a/b, tags: ${JSON.stringify(tags)}}]}]`
  expect(
    imported(file)
      .notes.map(({ text }) => text)
      .join(),
  ).toContain(why)
})
