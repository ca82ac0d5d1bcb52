// Combines the results of single tags into one outcome.
import { expect, test } from 'vitest'
import { DeadlineReached } from '../../copy/deadline.ts'
import { resultOf, type TagEnd, transientError } from '../../copy/outcome.ts'
import { syncResultSchema } from '../../mirror/documents.ts'
import { RegistryError, type RegistryErrorInit } from '../../registry/model/errors.ts'

const digest = `sha256:${'a'.repeat(64)}`

function failed(tag: string, kind: RegistryErrorInit['kind'], more: Partial<RegistryErrorInit> = {}): TagEnd {
  return { tag, digest, seconds: 1, error: new RegistryError(`${kind} here`, { kind, ...more }) }
}

function copied(tag: string): TagEnd {
  const result = {
    status: 'copied',
    bytes: 10,
    blobs: { copied: 1, mounted: 2, present: 3 },
    warnings: [],
  } as const
  return { tag, digest, seconds: 1, result }
}

const outcomeOf = (...ends: readonly TagEnd[]) => syncResultSchema.parse(resultOf(ends, 2, {})).outcome

test('is synced if everything is copied, with the sums', () => {
  expect(outcomeOf(copied('1'), copied('2'))).toEqual({
    status: 'synced',
    bytes: 20,
    blobs: { copied: 2, mounted: 4, present: 6 },
    seconds: 2,
    warnings: 0,
  })
})

test.each([
  ['notFound', 'SourceNotFound'],
  ['unauthorized', 'AccessDenied'],
  ['invalidContent', 'InvalidImage'],
  ['tagImmutable', 'TagConflict'],
  ['unsafe', 'UnsafeRedirect'],
] as const)('fails permanently for %s, as %s', (kind, name) => {
  const ends = [copied('1'), failed('2', kind)]
  expect(outcomeOf(...ends)).toMatchObject({ status: 'failed', error: { name } })
  expect(transientError(ends)).toBeUndefined()
})

test('fails the build for a transient error', () => {
  const end = failed('1', 'unavailable')
  expect(outcomeOf(end)).toMatchObject({ status: 'failed', error: { name: 'RegistryUnavailable' } })
  expect(transientError([copied('2'), end])).toBe(end.error)
})

test('fails the build for an unexpected error', () => {
  const error = new TypeError('undefined is not a function')
  expect(transientError([{ tag: '1', digest, seconds: 1, error }])).toBe(error)
})

test.each([
  ['the wait that the registry asks for', { retryAfterSeconds: 90.2 }, 91],
  ['a minute for a throttle without Retry-After', {}, 60],
  ['an hour for a quota without Retry-After', { quotaExhausted: true }, 3600],
  ['at most six hours', { retryAfterSeconds: 1e9 }, 21_600],
  ['at least a second', { retryAfterSeconds: 0 }, 1],
])('defers a rate limit by %s', (_what, init, seconds) => {
  const end = failed('1', 'rateLimited', init)
  expect(outcomeOf(end)).toMatchObject({ status: 'deferred', retryAfterSeconds: seconds })
  expect(transientError([end])).toBeUndefined()
})

test('defers by the longest wait of several tags', () => {
  const waits = [30, 90, 60].map((retryAfterSeconds) =>
    failed(`${retryAfterSeconds}`, 'rateLimited', { retryAfterSeconds }),
  )
  expect(outcomeOf(...waits)).toMatchObject({ status: 'deferred', retryAfterSeconds: 90 })
  const late: TagEnd = { tag: 'late', digest, seconds: 1, error: new DeadlineReached('time is up') }
  expect(outcomeOf(late, ...waits)).toMatchObject({ retryAfterSeconds: 90 })
})

test('is deferred, not failed, if any tag can continue later', () => {
  const ends = [
    failed('1', 'notFound'),
    failed('2', 'rateLimited', { retryAfterSeconds: 30 }),
    failed('3', 'unavailable'),
  ]
  expect(outcomeOf(...ends)).toMatchObject({ status: 'deferred', retryAfterSeconds: 30 })
  expect(transientError(ends)).toBeUndefined()
})

test('keeps the error of a failed tag beside a deferred one', () => {
  expect(outcomeOf(failed('1', 'notFound'), failed('2', 'rateLimited'), copied('3'))).toMatchObject({
    status: 'deferred',
    error: { name: 'SourceNotFound', message: '1 of 3 tags failed: 1: notFound here' },
  })
  expect(outcomeOf(failed('2', 'rateLimited'), copied('3')).error).toEqual({
    name: 'RateLimited',
    message: '1 of 2 tags deferred: 2: rateLimited here',
  })
})

test('fails for tags that failed before the job, with their reasons', () => {
  const gone = { tag: '9', name: 'SourceNotFound', message: 'no such tag' }
  const result = syncResultSchema.parse(resultOf([copied('1')], 2, {}, { failed: [gone], wanted: 3 }))
  expect(result.outcome).toMatchObject({
    status: 'failed',
    error: { name: 'SourceNotFound', message: '1 of 3 tags failed: 9: no such tag' },
  })
  expect(result.tags).toMatchObject([
    { tag: '1', status: 'copied' },
    { tag: '9', status: 'failed', error: { name: 'SourceNotFound', message: 'no such tag' } },
  ])
  expect(transientError([copied('1')])).toBeUndefined()
})

test('gives the reason for every tag that is not copied', () => {
  const { tags } = resultOf([failed('1', 'notFound'), failed('2', 'rateLimited'), copied('3')], 2, {})
  expect(tags.map(({ error }) => error?.name)).toEqual(['SourceNotFound', 'RateLimited', undefined])
})

test('puts warnings about the image before those of the job, each once', () => {
  const { warnings, outcome } = resultOf([copied('1')], 2, {}, { warnings: ['moved', 'moved'] })
  expect([warnings, outcome.warnings]).toEqual([['moved'], 1])
})

test('defers the rest to the next job without a wait at a deadline', () => {
  const ends = [copied('1'), { tag: '2', digest, seconds: 1, error: new DeadlineReached('time is up') }]
  expect(outcomeOf(...ends)).toMatchObject({ status: 'deferred', retryAfterSeconds: 1 })
})

test('gives the outcome of every tag, and matches the schema', () => {
  const result = resultOf([copied('1'), failed('2', 'notFound'), failed('3', 'rateLimited')], 2, {
    source: 4,
  })
  expect(syncResultSchema.parse(result).tags.map(({ tag, status }) => [tag, status])).toEqual([
    ['1', 'copied'],
    ['2', 'failed'],
    ['3', 'deferred'],
  ])
})

test('names the first failed tags, counts the others, and bounds the message', () => {
  const ends = Array.from({ length: 100 }, (_, index) => failed(`tag-${index}`, 'notFound'))
  const message = outcomeOf(...ends).error?.message ?? ''
  expect(message).toMatch(/^100 of 100 tags failed: tag-0, tag-1, .* and \d+ more: notFound here$/)
  expect(message.length).toBeLessThanOrEqual(1000)
})

test('reports artifacts without their image only if they fail', () => {
  const fine: TagEnd = { ...copied('x'), tag: undefined, loose: true }
  const broken: TagEnd = { ...failed('x', 'rateLimited'), tag: undefined, loose: true }
  expect(resultOf([fine], 1, {}).tags).toEqual([])
  expect(resultOf([broken], 1, {}).tags).toMatchObject([{ digest, status: 'deferred' }])
})

test('includes the warnings from before the job', () => {
  const { warnings, outcome } = resultOf([], 1, {}, { warnings: ['the source does not tell all artifacts'] })
  expect(warnings).toEqual(['the source does not tell all artifacts'])
  expect(outcome.warnings).toBe(1)
})
