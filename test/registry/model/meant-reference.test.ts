// Suggestions for references in the notation of other tools, browsers and Helm.
import { expect, test } from 'vitest'
import { InvalidReference, parseReference } from '../../../registry/model/reference.ts'

const REDIS = 'docker.io/library/redis'

test.each([
  ['docker://docker.io/library/redis:7.4', 'docker://', `${REDIS}:7.4`],
  ['docker://redis', 'docker://', 'redis'],
  ['oci://public.ecr.aws/karpenter/karpenter:1.0.0', 'oci://', 'public.ecr.aws/karpenter/karpenter:1.0.0'],
  ['https://quay.io/prometheus/node-exporter:v1.8.2', 'https://', 'quay.io/prometheus/node-exporter:v1.8.2'],
  ['HTTPS://quay.io/prometheus/busybox/', 'HTTPS://', 'quay.io/prometheus/busybox'],
  ['http://127.0.0.1:5000/team/app', 'http://', '127.0.0.1:5000/team/app'],
  ['docker-image://ghcr.io/team/app', 'docker-image://', 'ghcr.io/team/app'],
  [`oci://ghcr.io/team/app@sha256:${'0'.repeat(64)}`, 'oci://', `ghcr.io/team/app@sha256:${'0'.repeat(64)}`],
  ['https://hub.docker.com/_/redis', 'https://', REDIS],
  ['https://hub.docker.com/r/grafana/grafana/tags?page=2', 'https://', 'docker.io/grafana/grafana'],
  ['https://quay.io/repository/prometheus/busybox?tab=tags', 'https://', 'quay.io/prometheus/busybox'],
  ['https://gallery.ecr.aws/karpenter/karpenter', 'https://', 'public.ecr.aws/karpenter/karpenter'],
])('refuses %s with a suggestion', (input, scheme, meant) => {
  expect(() => parseReference(input)).toThrow(InvalidReference)
  expect(() => parseReference(input)).toThrow(`write it without "${scheme}": "${meant}"`)
})

test.each([
  ['ghcr.io/team/charts/app:1.2.3+build.5', 'write "ghcr.io/team/charts/app:1.2.3_build.5"'],
  ['oci://ghcr.io/team/app:1.2.3+5', 'without "oci://": "ghcr.io/team/app:1.2.3_5"'],
])('suggests "_" for the "+" of a chart’s version in %s', (input, fix) => {
  expect(() => parseReference(input)).toThrow(fix)
  expect(() => parseReference(input)).toThrow('registries keep the "+"')
})

test.each(['docker-daemon:team/app:1', 'containers-storage:team/app', 'oci:a/b:1', 'dir:/tmp/image'])(
  'refuses %s, which names an image on one machine',
  (input) => {
    expect(() => parseReference(input)).toThrow(
      'names an image on one machine, and only registries can be read',
    )
  },
)

test.each(['dir:1', 'oci:latest', 'localhost:5000/app', 'team/app:1'])('accepts %s', (input) => {
  expect(parseReference(input).repository).not.toBe('')
})

test.each(['https://', 'docker://Team/App', 'https://quay.io/a b', 'a+b/c:1'])(
  'refuses %s without a suggestion',
  (input) => {
    expect(() => parseReference(input)).toThrow(/is not an image reference: (?!write it without)/)
  },
)

test('suggests a colon for a tag behind an @', () => {
  expect(() => parseReference('quay.io/team/app@1.2')).toThrow('write "quay.io/team/app:1.2"')
  expect(() => parseReference('redis@sha256:7614ae')).toThrow('64 hex digits')
})
