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

test('everything copied is synced, with the sum of what was done', () => {
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
] as const)('%s is permanent: failed as %s, and nothing to try again', (kind, name) => {
  const ends = [copied('1'), failed('2', kind)]
  expect(outcomeOf(...ends)).toMatchObject({ status: 'failed', error: { name } })
  expect(transientError(ends)).toBeUndefined()
})

test('what may pass makes the build fail', () => {
  const end = failed('1', 'unavailable')
  expect(outcomeOf(end)).toMatchObject({ status: 'failed', error: { name: 'RegistryUnavailable' } })
  expect(transientError([copied('2'), end])).toBe(end.error)
})

test('a surprise makes the build fail as well', () => {
  const error = new TypeError('undefined is not a function')
  expect(transientError([{ tag: '1', digest, seconds: 1, error }])).toBe(error)
})

test.each([
  ['what the registry asked for', { retryAfterSeconds: 90.2 }, 91],
  ['a minute for a throttle without a word', {}, 60],
  ['an hour for a quota without a word', { quotaExhausted: true }, 3600],
  ['six hours at most', { retryAfterSeconds: 1e9 }, 21_600],
  ['a second at least', { retryAfterSeconds: 0 }, 1],
])('a rate limit is deferred by %s', (_what, init, seconds) => {
  const end = failed('1', 'rateLimited', init)
  expect(outcomeOf(end)).toMatchObject({ status: 'deferred', retryAfterSeconds: seconds })
  expect(transientError([end])).toBeUndefined()
})

test('of several deferred tags, the longest wait counts', () => {
  const waits = [30, 90, 60].map((retryAfterSeconds) =>
    failed(`${retryAfterSeconds}`, 'rateLimited', { retryAfterSeconds }),
  )
  expect(outcomeOf(...waits)).toMatchObject({ status: 'deferred', retryAfterSeconds: 90 })
  const late: TagEnd = { tag: 'late', digest, seconds: 1, error: new DeadlineReached('time is up') }
  expect(outcomeOf(late, ...waits)).toMatchObject({ retryAfterSeconds: 90 })
})

test('waiting comes before failing: the other failures are met again in the next round', () => {
  const ends = [
    failed('1', 'notFound'),
    failed('2', 'rateLimited', { retryAfterSeconds: 30 }),
    failed('3', 'unavailable'),
  ]
  expect(outcomeOf(...ends)).toMatchObject({ status: 'deferred', retryAfterSeconds: 30 })
  expect(transientError(ends)).toBeUndefined()
})

test('a deferred tag does not hide a failed one: its error counts if there is no further round', () => {
  expect(outcomeOf(failed('1', 'notFound'), failed('2', 'rateLimited'), copied('3'))).toMatchObject({
    status: 'deferred',
    error: { name: 'SourceNotFound', message: '1 of 3 tags failed: 1: notFound here' },
  })
  expect(outcomeOf(failed('2', 'rateLimited'), copied('3')).error).toEqual({
    name: 'RateLimited',
    message: '1 of 2 tags deferred: 2: rateLimited here',
  })
})

test('tags that failed before the job fail it, and are in its result with their reasons', () => {
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

test('the result says of every tag that did not arrive why', () => {
  const { tags } = resultOf([failed('1', 'notFound'), failed('2', 'rateLimited'), copied('3')], 2, {})
  expect(tags.map(({ error }) => error?.name)).toEqual(['SourceNotFound', 'RateLimited', undefined])
})

test('warnings about the image come before those of the job, each once', () => {
  const { warnings, outcome } = resultOf([copied('1')], 2, {}, { warnings: ['moved', 'moved'] })
  expect([warnings, outcome.warnings]).toEqual([['moved'], 1])
})

test('a deadline leaves the rest for the next job, at once', () => {
  const ends = [copied('1'), { tag: '2', digest, seconds: 1, error: new DeadlineReached('time is up') }]
  expect(outcomeOf(...ends)).toMatchObject({ status: 'deferred', retryAfterSeconds: 1 })
})

test('the result says of every tag how it ended, and meets its schema', () => {
  const result = resultOf([copied('1'), failed('2', 'notFound'), failed('3', 'rateLimited')], 2, {
    source: 4,
  })
  expect(syncResultSchema.parse(result).tags.map(({ tag, status }) => [tag, status])).toEqual([
    ['1', 'copied'],
    ['2', 'failed'],
    ['3', 'deferred'],
  ])
})

test('the message names the first tags that failed, counts the others, and fits into a variable', () => {
  const ends = Array.from({ length: 100 }, (_, index) => failed(`tag-${index}`, 'notFound'))
  const message = outcomeOf(...ends).error?.message ?? ''
  expect(message).toMatch(/^100 of 100 tags failed: tag-0, tag-1, .* and \d+ more: notFound here$/)
  expect(message.length).toBeLessThanOrEqual(1000)
})

test('artifacts without their image are told only when they fail', () => {
  const fine: TagEnd = { ...copied('x'), tag: undefined, loose: true }
  const broken: TagEnd = { ...failed('x', 'rateLimited'), tag: undefined, loose: true }
  expect(resultOf([fine], 1, {}).tags).toEqual([])
  expect(resultOf([broken], 1, {}).tags).toMatchObject([{ digest, status: 'deferred' }])
})

test('what is known of the image before the job is a warning of its result', () => {
  const { warnings, outcome } = resultOf([], 1, {}, { warnings: ['the source does not tell all artifacts'] })
  expect(warnings).toEqual(['the source does not tell all artifacts'])
  expect(outcome.warnings).toBe(1)
})
