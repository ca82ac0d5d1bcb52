import { expect, test } from 'vitest'
import type { SyncResult } from '../../mirror/documents.ts'
import { signed } from '../../sync/signed.ts'

const [OLD, NEW] = [`sha256:${'0'.repeat(64)}`, `sha256:${'1'.repeat(64)}`]
const SETTINGS = { round: 2, started: 9_000 }
const WORK = { bytes: 0, seconds: 0 }

function resultOf(tags: SyncResult['tags']): SyncResult {
  const blobs = { copied: 0, mounted: 0, present: 0 }
  const outcome = { status: 'synced', ...WORK, blobs, warnings: 0 } as const
  return { outcome, tags, warnings: [], requests: {} }
}

test('adds the round, the times, and the link to the log', () => {
  const buildArn = 'arn:aws:codebuild:us-east-1:123456789012:build/sync:1'
  const order = { ordered: '1970-01-01T00:00:01.000Z' }
  const { outcome, ...result } = signed(resultOf([]), order, { ...SETTINGS, buildArn, queued: 2_000 }, 10_000)
  expect(outcome.times).toEqual({
    ordered: '1970-01-01T00:00:01.000Z',
    queued: '1970-01-01T00:00:02.000Z',
    copying: '1970-01-01T00:00:09.000Z',
    ended: '1970-01-01T00:00:10.000Z',
  })
  expect(result).toMatchObject({ round: 2, log: expect.stringContaining('/build/sync%3A1/log') })
  expect(result).not.toHaveProperty('before')
})

test('takes the start of the program for the request of a build that does not say', () => {
  const { outcome } = signed(resultOf([]), { ordered: '1970-01-01T00:00:01.000Z' }, SETTINGS, 10_000)
  expect(outcome.times?.queued).toBe('1970-01-01T00:00:09.000Z')
})

test('has no times for an order of an earlier version', () => {
  expect(signed(resultOf([]), {}, SETTINGS, 10_000).outcome).not.toHaveProperty('times')
})

test('names the tags that moved: that arrived, and had another digest', () => {
  const tags: SyncResult['tags'] = [
    { tag: 'moved', digest: NEW, status: 'copied', ...WORK },
    { tag: 'present', digest: NEW, status: 'present', ...WORK },
    { tag: 'failed', digest: NEW, status: 'failed', ...WORK },
    { tag: 'same', digest: OLD, status: 'copied', ...WORK },
    { tag: 'constructor', digest: NEW, status: 'copied', ...WORK },
    { digest: NEW, status: 'copied', ...WORK },
  ]
  const before = { moved: OLD, present: OLD, failed: OLD, same: OLD, other: OLD }
  const result = signed(resultOf(tags), { before }, SETTINGS, 10_000)
  expect(result.before).toEqual({ moved: OLD, present: OLD })
  expect(result.outcome.moved).toBe(2)
})
