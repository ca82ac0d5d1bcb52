// Imports the YAML of `skopeo sync`, and compares the tags with skopeo's own rules.
import { expect, test } from 'vitest'
import { imported, selectedFrom, TAGS } from '../imported.ts'
import { skopeoMatches } from '../versions/tools.ts'

const DIGEST = `sha256:${'a1'.repeat(32)}`
const FILE = `docker.io:
  tls-verify: true
  credentials:
    username: someone
    password: very-secret
  images:
    library/redis: [1.10, 7.2, "latest"]
    library/busybox: []
    alpine:
    grafana/loki:
      - 1.2.3
      - ${DIGEST}
    bitnami/nginx: ['1.27']
    prom/prometheus: [v2.53.0]
  images-by-tag-regex:
    library/node: ^1\\.2\\.\\d+$
    library/golang: '1\\.2'
    library/redis: '^2\\.'
    library/python: (?i)ALPINE$
    library/debian: .*
  images-by-semver:
    library/postgres: ">= 3.12.0"
    library/mysql: "^1.2"
    library/mongo: "~1.2, !=1.2.3"
    library/nats: "1.x || >= 10"
    library/ubuntu: ">= 22.04"
quay.io:
  images:
    coreos/etcd: [v3.5.9]
    other/loki: [1.0.0]
  images-by-semver:
    prometheus/node-exporter: ">=1.2.0 <2.0.0"
    cilium/cilium: "1.2 - 2.0.0"
registry.example.com:5000:
  tls-verify: false
  cert-dir: /etc/certs
  images-by-tag-regex:
    team/app: "^v"
  images-by-semver:
    team/lib: ">=1.2.3-0"
    team/bad: "not a range"
`

const regex = (pattern: RegExp) => TAGS.filter((tag) => pattern.test(tag))
const semver = (range: string) => TAGS.filter((tag) => skopeoMatches(tag, range))

const SELECTED: Readonly<Record<string, readonly string[]>> = {
  'docker.io/library/redis': ['1.10', '7.2', 'latest', ...regex(/^2\./)],
  'docker.io/library/busybox': TAGS,
  'docker.io/library/alpine': TAGS,
  'docker.io/grafana/loki': ['1.2.3'],
  'docker.io/bitnami/nginx': ['1.27'],
  'docker.io/prom/prometheus': ['v2.53.0'],
  'docker.io/library/node': regex(/^1\.2\.\d+$/),
  'docker.io/library/golang': regex(/1\.2/),
  'docker.io/library/python': regex(/alpine$/i),
  'docker.io/library/debian': TAGS,
  'docker.io/library/postgres': semver('>= 3.12.0'),
  'docker.io/library/mysql': semver('^1.2'),
  'docker.io/library/mongo': semver('~1.2, !=1.2.3'),
  'docker.io/library/nats': semver('1.x || >= 10'),
  'docker.io/library/ubuntu': semver('>= 22.04'),
  'quay.io/coreos/etcd': ['v3.5.9'],
  'quay.io/other/loki': ['1.0.0'],
  'quay.io/prometheus/node-exporter': semver('>=1.2.0 <2.0.0'),
  'quay.io/cilium/cilium': semver('1.2 - 2.0.0'),
  'registry.example.com:5000/team/app': regex(/^v/),
}

test('selects the tags that skopeo selects', async () => {
  const available = Object.fromEntries(Object.keys(SELECTED).map((source) => [source, TAGS]))
  const selected = await selectedFrom(imported(FILE), available)
  for (const [source, tags] of Object.entries(SELECTED))
    expect(selected[source], source).toEqual([...tags].sort())
})

test.each([
  ['>=1.2.3-0', ['1.2.3', '1.2.3-rc.1', '2.0.0-alpine', '2.0.0-rc.1', '2.0.0']],
  ['^1.2.3-0', ['1.2.3', '1.2.3-rc.1']],
  ['<1.2.3 || >=2.0.0-0', ['1', '2.0.0-alpine', '2.0.0-rc.1', '2.0.0']],
])('selects suffixes only where a part of the range names one: %s', async (range, selected) => {
  const file = `quay.io: {images-by-semver: {team/lib: '${range}'}}`
  const tags = ['1.2.2-rc.1', '1.2.3-rc.1', '1.2.3', '1.2.3-a_b', '1.2.3-rc.01', '2.0.0-alpine', '2.0.0-rc.1']
  expect(
    (await selectedFrom(imported(file), { 'quay.io/team/lib': [...tags, '2.0.0', '1'] }))['quay.io/team/lib'],
  ).toEqual([...selected].sort())
})

test('names targets as skopeo does, unless two sources would share one', () => {
  const { list } = imported(FILE)
  const repositories = list.images.map((image) =>
    typeof image === 'string' ? [image] : [image.source, image.repository],
  )
  expect(repositories).toContainEqual(['docker.io/bitnami/nginx:1.27', 'nginx'])
  expect(repositories).toContainEqual(['quay.io/other/loki:1.0.0', 'quay.io/other/loki'])
  expect(repositories).toContainEqual([`docker.io/grafana/loki@${DIGEST}`, 'docker.io/grafana/loki'])
})

test('copies no credentials, and says what has no counterpart', () => {
  const { text, notes } = imported(FILE)
  expect(text).not.toMatch(/very-secret|someone/)
  const texts = notes.map((note) => note.text).join('\n')
  expect(texts).toContain('create the secret "image-mirror/docker.io"')
  expect(texts).toContain('registry.example.com:5000 is asked without verifying its certificate')
  expect(texts).toContain('"registry.example.com:5000: cert-dir" has no counterpart')
  expect(texts).toContain('"not a range" is not a range')
  expect(texts).toContain('the file names no region: replace us-east-1 with yours')
})
