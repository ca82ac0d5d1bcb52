import { expect, test } from 'vitest'
import {
  formatReference,
  InvalidReference,
  isDigest,
  isTag,
  parseReference,
} from '../../../registry/model/reference.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

test.each([
  ['redis', { registry: 'docker.io', repository: 'library/redis' }],
  ['redis:7.4', { registry: 'docker.io', repository: 'library/redis', tag: '7.4' }],
  ['grafana/grafana', { registry: 'docker.io', repository: 'grafana/grafana' }],
  ['docker.io/redis', { registry: 'docker.io', repository: 'library/redis' }],
  ['index.docker.io/library/redis', { registry: 'docker.io', repository: 'library/redis' }],
  ['registry-1.docker.io/library/redis', { registry: 'docker.io', repository: 'library/redis' }],
  ['QUAY.io/a/b', { registry: 'quay.io', repository: 'a/b' }],
  ['localhost/a', { registry: 'localhost', repository: 'a' }],
  ['127.0.0.1:5000/team/app:1.2', { registry: '127.0.0.1:5000', repository: 'team/app', tag: '1.2' }],
  ['[::1]:5000/app', { registry: '[::1]:5000', repository: 'app' }],
  [`ghcr.io/a/b@${DIGEST}`, { registry: 'ghcr.io', repository: 'a/b', digest: DIGEST }],
  [`ghcr.io/a/b:v1@${DIGEST}`, { registry: 'ghcr.io', repository: 'a/b', tag: 'v1', digest: DIGEST }],
  ['registry.example/a__b/c--d/e.f', { registry: 'registry.example', repository: 'a__b/c--d/e.f' }],
])('%s', (input, expected) => {
  expect(parseReference(input)).toEqual(expected)
})

test.each([
  ['', /write it as host\/path:tag/],
  ['Redis', /must be lower-case words/],
  ['quay.io/', /must be lower-case words/],
  ['quay.io/a//b', /must be lower-case words/],
  ['quay.io/a:', /the tag "" must be 1 to 128/],
  ['quay.io/a:.x', /the tag "\.x"/],
  ['quay.io/a@sha256:abc', /the digest "sha256:abc" is not/],
  [`quay.io/a@${DIGEST}@${DIGEST}`, /write it as/],
  ['quay.io/a b', /must be lower-case words/],
  ['quay.io:port/a', /is not a host name/],
  ['-x.io/a', /is not a host name/],
  ['quay.io/$(id)', /must be lower-case words/],
])('refuses "%s" with the reason', (input, message) => {
  expect(() => parseReference(input)).toThrow(InvalidReference)
  expect(() => parseReference(input)).toThrow(message)
})

test('formats a reference so that it can be parsed again', () => {
  for (const input of ['docker.io/library/redis:7.4', `ghcr.io/a/b:v1@${DIGEST}`, '127.0.0.1:5000/app']) {
    expect(formatReference(parseReference(input))).toBe(input)
  }
})

test('validates tags and digests', () => {
  expect(['v1', '_x', 'a'.repeat(128)].every(isTag)).toBe(true)
  expect(['', '-x', 'a'.repeat(129), 'a b', 'ü', 'a\n'].some(isTag)).toBe(false)
  expect([DIGEST, `sha512:${'0'.repeat(128)}`].every(isDigest)).toBe(true)
  expect(['', 'sha256:', `sha256:${'A'.repeat(64)}`, `sha512:${'0'.repeat(64)}`].some(isDigest)).toBe(false)
})
