// The lines of a build's log.
import { expect, test } from 'vitest'
import type { SyncResult, WorkOrder } from '../../mirror/documents.ts'
import { regionTarget } from '../../mirror/target.ts'
import { describeOrder, describeResult } from '../../sync/reporter.ts'

const digest = `sha256:${'a'.repeat(64)}`

const order: WorkOrder = {
  run: 'test',
  image: 'docker.io/library/redis:7.4',
  target: regionTarget('eu-west-1'),
  repository: 'mirror/redis',
  settings: { repositories: { immutableTags: false, scanOnPush: true, tags: {} } },
  tags: [{ tag: '7.4', digest, mediaType: 'application/vnd.oci.image.index.v1+json', size: 1 }],
  artifacts: [],
  readFrom: [
    { target: regionTarget('us-east-1'), repository: 'mirror/redis' },
    { registry: 'docker.io', repository: 'library/redis', credentials: 'docker-hub' },
  ],
}

const result: SyncResult = {
  outcome: {
    status: 'deferred',
    retryAfterSeconds: 90,
    bytes: 12_500_000,
    seconds: 2.25,
    blobs: { copied: 3, mounted: 1, present: 2 },
    warnings: 1,
    error: { name: 'RateLimited', message: 'docker.io says: too many requests' },
  },
  tags: [
    { tag: '7.4', digest, status: 'copied', bytes: 1, seconds: 1 },
    { tag: '7.2', digest, status: 'deferred', bytes: 0, seconds: 1 },
  ],
  warnings: ['the artifact x was not copied'],
  requests: { source: 8, target: 21 },
}

test('starts with the order, without secrets', () => {
  expect(describeOrder(order)).toBe(
    'syncing 1 tag and 0 artifacts of docker.io/library/redis:7.4 to eu-west-1/mirror/redis, from us-east-1, else docker.io',
  )
})

test('ends with the copied tags, and the failed ones with their reasons', () => {
  expect([...describeResult(result)]).toEqual([
    { level: 'WARN', message: 'the artifact x was not copied' },
    { level: 'WARN', message: 'deferred: 7.2' },
    { level: 'WARN', message: 'RateLimited: docker.io says: too many requests' },
    { level: 'WARN', message: 'the rest can continue in 90 s' },
    {
      level: 'WARN',
      message:
        'deferred in 2.3 s: 12.5 MB, 3 blobs copied, 1 mounted, 2 already present, 8 requests to read, 21 to write',
    },
  ])
})

test.each([
  ['synced', 'INFO'],
  ['deferred', 'WARN'],
  ['failed', 'ERROR'],
] as const)('logs a build that ended %s as %s', (status, level) => {
  const lines = [...describeResult({ ...result, outcome: { ...result.outcome, status } })]
  expect(lines.at(-1)).toMatchObject({ level, message: expect.stringMatching(new RegExp(`^${status} in`)) })
})
