// Imports image-syncer's rules, and compares the tags with image-syncer's own rules.
import { expect, test } from 'vitest'
import { imported, selectedFrom, TAGS } from '../imported.ts'

const DIGEST = `sha256:${'b2'.repeat(32)}`
const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'
const FILE = `{
  // Rules of the platform team
  "quay.io/coreos/kube-rbac-proxy": "${ECR}/kube-rbac-proxy",
  "quay.io/coreos/etcd:v1.2.3": "${ECR}/etcd",
  "quay.io/coreos/flannel:1.2.3,2.0.0": "${ECR}/flannel",
  "quay.io/coreos/clair:/^1\\\\.2/": "${ECR}/clair",
  "quay.io/coreos/dex:/alpine/": "${ECR}/dex", // unanchored
  "quay.io/coreos/prometheus@${DIGEST}": "${ECR}/prometheus",
  "redis:1.10": "${ECR}/redis",
  "nginx:1.27": ["${ECR}/nginx", "${ECR}/web/nginx"],
  "golang:1.17": ["${ECR}/golang:1.17", "${ECR}/golang:latest"],
  "busybox:1.2.3,1.3.0": "${ECR}/busybox:old,new",
  "alpine:3.12.0": "harbor.example.com/base/alpine",
  "debian": ["harbor.example.com/base/debian", "${ECR}/base/debian"],
  "ubuntu:/^2[24]\\\\.04$/": "${ECR}/ubuntu",
  "ghcr.io/acme/app:latest,edge,nightly": "${ECR}/app",
  "ghcr.io/acme/api:/.*/": "${ECR}/api",
  "ghcr.io/acme/api:v9": "${ECR}/api",
  "ghcr.io/acme/web:1.2.3": "${ECR}/web",
  "ghcr.io/acme/web:2.0.0": "${ECR}/web",
  "ghcr.io/acme/worker:/-rc/": "\${REGISTRY}.dkr.ecr.eu-central-1.amazonaws.com/worker",
  "ghcr.io/acme/batch:1": "$TARGET/batch",
  "ghcr.io/acme/cron:2": "",
  "ghcr.io/acme/broken:/(/": "${ECR}/broken"
}
`
const regex = (pattern: RegExp) => TAGS.filter((tag) => pattern.test(tag))
const SELECTED: Readonly<Record<string, readonly string[]>> = {
  'quay.io/coreos/kube-rbac-proxy': TAGS,
  'quay.io/coreos/etcd': ['v1.2.3'],
  'quay.io/coreos/flannel': ['1.2.3', '2.0.0'],
  'quay.io/coreos/clair': regex(/^1\.2/),
  'quay.io/coreos/dex': regex(/alpine/),
  'quay.io/coreos/prometheus': [],
  'docker.io/library/redis': ['1.10'],
  'docker.io/library/nginx': ['1.27'],
  'docker.io/library/golang': ['1.17'],
  'docker.io/library/busybox': ['1.2.3', '1.3.0'],
  'docker.io/library/alpine': ['3.12.0'],
  'docker.io/library/debian': TAGS,
  'docker.io/library/ubuntu': ['22.04', '24.04'],
  'ghcr.io/acme/app': ['edge', 'latest', 'nightly'],
  'ghcr.io/acme/api': [...TAGS, 'v9'],
  'ghcr.io/acme/web': ['1.2.3', '2.0.0'],
  'ghcr.io/acme/batch': ['1'],
  'ghcr.io/acme/cron': ['2'],
}

test('selects the tags that image-syncer selects', async () => {
  const available = Object.fromEntries(Object.keys(SELECTED).map((source) => [source, TAGS]))
  const selected = await selectedFrom(imported(FILE), available)
  for (const [source, tags] of Object.entries(SELECTED))
    expect(selected[source], source).toEqual([...tags].sort())
})

test('takes over several destinations, new tags and other registries', () => {
  const { list, entries } = imported(FILE)
  expect(list.targets).toEqual({ 'harbor-example-com': { registry: 'harbor.example.com' } })
  expect(list.images).toContainEqual({
    source: 'docker.io/library/golang:1.17',
    to: ['golang', 'golang:latest'],
  })
  expect(list.images).toContainEqual({ source: 'docker.io/library/busybox:1.2.3', to: ['busybox:old'] })
  const debian = entries.find(({ image }) => image === 'docker.io/library/debian')
  expect([debian?.repository, debian?.targets.map(({ id }) => id)]).toEqual([
    'base/debian',
    ['eu-central-1', 'harbor-example-com'],
  ])
})

test('says what has no counterpart', () => {
  const texts = imported(FILE)
    .notes.map(({ text }) => text)
    .join('\n')
  expect(texts).toContain('the destination "$TARGET/batch" cannot be read because of its variable')
  expect(texts).toContain('"ghcr.io/acme/broken:/(/" is not imported')
  expect(texts).toContain('it has no destination')
})

test('reads the older file with credentials, and copies none', () => {
  const { list, text, notes } = imported(`auth:
  quay.io: {username: someone, password: very-secret}
images:
  quay.io/coreos/etcd:v1.10,1.20: ${ECR}/etcd
`)
  expect(list.images).toEqual([
    { source: 'quay.io/coreos/etcd', repository: 'etcd', tags: { include: ['v1.10', '1.20'] } },
  ])
  expect(text).not.toMatch(/very-secret|someone/)
  expect(notes.map((note) => note.text).join()).toContain('create the secret "image-mirror/quay.io"')
})
