// Imports plain lines of references.
import { expect, test } from 'vitest'
import { imported } from '../imported.ts'

const DIGEST = `sha256:${'c3'.repeat(32)}`
const FILE = `# base images
redis:7.4
redis:7.2   # the old one
docker.io/library/redis:7.4
nginx
bitnami/nginx:1.27
quay.io/prometheus/node-exporter:v1.8.2
quay.io/prometheus/prometheus:v2.53.0
ghcr.io/fluxcd/source-controller:v1.4.1
ghcr.io/fluxcd/kustomize-controller:v1.4.0
registry.k8s.io/pause:3.9
registry.k8s.io/coredns/coredns:v1.11.1
public.ecr.aws/docker/library/busybox:1.36
gcr.io/distroless/static@${DIGEST}
docker://mcr.microsoft.com/dotnet/runtime:8.0

golang:1.22 123456789012.dkr.ecr.us-west-2.amazonaws.com/base/golang:1.22
python:3.12 123456789012.dkr.ecr.us-west-2.amazonaws.com/base/python:stable
node:20 123456789012.dkr.ecr.us-west-2.amazonaws.com/node:20
postgres:16
mysql:8
NOT/AN/IMAGE
mongo:7
`

test('takes over each line, once', () => {
  const { list, images, notes, tool } = imported(FILE)
  expect([tool, images]).toEqual(['plain lines', 19])
  const sources = list.images.map((image) => (typeof image === 'string' ? image : image.source))
  expect(sources).toEqual([
    'docker.io/library/redis:7.4',
    'docker.io/library/redis:7.2',
    'docker.io/library/nginx:latest',
    'docker.io/bitnami/nginx:1.27',
    'quay.io/prometheus/node-exporter:v1.8.2',
    'quay.io/prometheus/prometheus:v2.53.0',
    'ghcr.io/fluxcd/source-controller:v1.4.1',
    'ghcr.io/fluxcd/kustomize-controller:v1.4.0',
    'registry.k8s.io/pause:3.9',
    'registry.k8s.io/coredns/coredns:v1.11.1',
    'public.ecr.aws/docker/library/busybox:1.36',
    `gcr.io/distroless/static@${DIGEST}`,
    'mcr.microsoft.com/dotnet/runtime:8.0',
    'docker.io/library/golang:1.22',
    'docker.io/library/python:3.12',
    'docker.io/library/node:20',
    'docker.io/library/postgres:16',
    'docker.io/library/mysql:8',
    'docker.io/library/mongo:7',
  ])
  expect(list.images).toContainEqual({ source: 'docker.io/library/python:3.12', to: ['base/python:stable'] })
  expect(list.regions).toEqual(['us-west-2'])
  expect(notes).toEqual([
    { line: 22, text: '"NOT/AN/IMAGE" is not imported: "NOT/AN/IMAGE" is not an image' },
  ])
})

test('refuses a line with more than a source and a target', () => {
  expect(() => imported('redis:7\nredis:7 a b\n')).toThrow(
    'file:2: "redis:7 a b" has more than a source and a target',
  )
})
