// Outcomes of pairs. Every planned pair has exactly one, for any documents of a run.
import { expect, test } from 'vitest'
import { CodeBuildErrorName, StatesErrorName } from '../../../mirror/aws-error-name.ts'
import type { ImageEnd, ImageItem, PairEnd, SyncOutcome } from '../../../mirror/contract.ts'
import { outcomesOf, plannedImage } from '../../../mirror/report/outcomes.ts'
import { regionTarget } from '../../../mirror/target.ts'
import { itemsOf } from '../lists.ts'
import { random } from '../plan/random.ts'

const SYNC: SyncOutcome = {
  status: 'synced',
  bytes: 5,
  seconds: 2,
  blobs: { copied: 1, mounted: 0, present: 0 },
  warnings: 0,
}
const ERROR = { name: 'TagConflict', message: 'the tag is immutable' }
const LIMITED = { Error: 'RateLimited', Cause: 'slow down' }

function outcomesOfAll(items: readonly ImageItem[], ends: ReadonlyMap<string, ImageEnd>) {
  return items.flatMap((item) => outcomesOf(plannedImage(item), ends.get(item.id)))
}

function outcomeOf(end: Omit<PairEnd, 'target'> | undefined) {
  const items = itemsOf({ regions: ['us-east-1'], images: ['redis'] })
  const ends = new Map<string, ImageEnd>()
  if (end) ends.set('00001-redis', { id: '00001-redis', waves: [[{ target: 'us-east-1', ...end }]] })
  const [pair] = outcomesOfAll(items, ends)
  return pair
}

test.each<[string, Omit<PairEnd, 'target'>, object]>([
  ['in sync', { outcome: 'inSync' }, { outcome: 'inSync', bytes: 0 }],
  ['stale in a dry run', { outcome: 'stale' }, { outcome: 'stale' }],
  ['synced', { sync: SYNC }, { outcome: 'synced', bytes: 5, seconds: 2 }],
  [
    'failed for good',
    { sync: { ...SYNC, status: 'failed', error: ERROR } },
    { outcome: 'failed', error: ERROR },
  ],
  ['failed without a reason', { sync: { ...SYNC, status: 'failed' } }, { error: { name: 'OutcomeMissing' } }],
  [
    'deferred',
    { sync: { ...SYNC, status: 'deferred' } },
    { outcome: 'deferred', error: { name: 'RateLimited' } },
  ],
  ['rate limited in Diff', { caught: LIMITED }, { outcome: 'deferred', error: { message: 'slow down' } }],
  [
    'broken',
    { caught: { Error: StatesErrorName.TaskFailed } },
    { outcome: 'failed', error: { name: StatesErrorName.TaskFailed } },
  ],
  [
    'deferred, and broken in the next round',
    { sync: { ...SYNC, status: 'deferred' }, caught: { Error: StatesErrorName.Timeout } },
    { outcome: 'failed', error: { name: StatesErrorName.Timeout } },
  ],
  [
    'well but for tags that failed',
    { error: ERROR, warnings: 2 },
    { outcome: 'failed', error: ERROR, holdsRest: true, warnings: 2 },
  ],
  [
    'deferred with tags that failed',
    { sync: { ...SYNC, status: 'deferred', error: ERROR } },
    { outcome: 'failed', error: ERROR },
  ],
  [
    'deferred at a deadline',
    { sync: { ...SYNC, status: 'deferred', error: { name: 'DeadlineReached', message: 'late' } } },
    { outcome: 'deferred' },
  ],
  ['ended without an outcome', {}, { outcome: 'failed', error: { name: 'OutcomeMissing' } }],
])('a pair that is %s', (_, end, expected) => {
  expect(outcomeOf(end)).toMatchObject(expected)
})

test('fails a pair without a reported end', () => {
  expect(outcomeOf(undefined)).toMatchObject({
    image: 'redis',
    target: regionTarget('us-east-1'),
    repository: 'redis',
    outcome: 'failed',
    error: { name: 'OutcomeMissing', message: 'the run ended before this pair was done; run it again' },
  })
})

test('distinguishes errors before the build from errors of the build', () => {
  const Cause = JSON.stringify({ errorType: 'AccessDenied', errorMessage: 'not for you', trace: [] })
  expect(outcomeOf({ caught: { Error: 'AccessDenied', Cause } })).toMatchObject({ unbuilt: true })
  for (const caught of [
    { Error: StatesErrorName.TaskFailed },
    { Error: CodeBuildErrorName.CodeBuildException, Cause: 'no' },
  ])
    expect(outcomeOf({ caught })).not.toHaveProperty('unbuilt')
})

test('gives the error of an image to each of its pairs', () => {
  const items = itemsOf({ regions: ['us-east-1', 'eu-west-1'], images: ['redis', 'nginx'] })
  const ends = new Map<string, ImageEnd>([
    ['00001-redis', { id: '00001-redis', caught: LIMITED }],
    ['00002-nginx', { id: '00002-nginx', caught: { Error: 'SourceNotFound', Cause: 'gone' } }],
  ])
  const found = outcomesOfAll(items, ends).map(
    ({ image, target, outcome }) => `${image} ${target.id} ${outcome}`,
  )
  expect(found).toEqual([
    'redis us-east-1 deferred',
    'redis eu-west-1 deferred',
    'nginx us-east-1 failed',
    'nginx eu-west-1 failed',
  ])
})

const ENDS: readonly Omit<PairEnd, 'target'>[] = [
  { outcome: 'inSync' },
  { sync: SYNC },
  { sync: { ...SYNC, status: 'failed' } },
  { sync: { ...SYNC, status: 'deferred' } },
  { caught: { Error: StatesErrorName.TaskFailed } },
  {},
]

test.each(Array.from({ length: 50 }, (_, seed) => [seed]))(
  'every planned pair has exactly one outcome, and no error is lost (seed %i)',
  (seed) => {
    const { pick, some } = random(seed)
    const images = Array.from({ length: 1 + pick(12) }, (_, index) => `quay.io/team/app${index}`)
    const items = itemsOf({ regions: some(['us-east-1', 'eu-west-1', 'ap-south-1', 'sa-east-1']), images })
    const ends = new Map<string, ImageEnd>()
    for (const { id, waves } of items) {
      const lost = pick(4) === 0
      const caught = pick(5) === 0 ? { caught: { Error: 'Boom' } } : undefined
      const pairs = waves.map(({ targets }) =>
        some(targets).map(({ id: target }) => ({ target, ...ENDS[pick(ENDS.length)] })),
      )
      if (!lost) ends.set(id, { id, ...(caught ?? { waves: pairs }) })
    }
    ends.set('not-planned', { id: 'not-planned', waves: [[{ target: 'us-east-1', outcome: 'inSync' }]] })

    const outcomes = outcomesOfAll(items, ends)
    const planned = items.flatMap(({ id, waves }) =>
      waves.flatMap(({ targets }) => targets.map((target) => `${id} ${target.id}`)),
    )
    expect(outcomes.map(({ id, target }) => `${id} ${target.id}`)).toEqual(planned)
    for (const { outcome, error } of outcomes) {
      const bad = outcome === 'failed' || outcome === 'deferred'
      expect(error !== undefined && error.message !== '').toBe(bad)
    }
  },
)

test('reports a replaced push, although its pair is in sync', () => {
  const [item] = itemsOf({ regions: ['us-east-1', 'eu-west-1'], images: ['redis'] })
  if (item === undefined) throw new Error('there is no item')
  const conflict = { target: 'eu-west-1', message: 'pushed at once' }
  const end = (target: string, more: Omit<PairEnd, 'target'>): PairEnd => ({
    target,
    ...more,
  })
  const outcomes = (other: Omit<PairEnd, 'target'>) =>
    outcomesOf(plannedImage({ ...item, conflict }), {
      id: item.id,
      waves: [[end('us-east-1', { outcome: 'inSync' }), end('eu-west-1', other)]],
    }).map(({ outcome, error }) => [outcome, error?.message])
  expect(outcomes({ sync: SYNC })).toEqual([
    ['inSync', undefined],
    ['failed', 'pushed at once'],
  ])
  expect(outcomes({ sync: { ...SYNC, status: 'failed', error: ERROR } })[1]).toEqual([
    'failed',
    ERROR.message,
  ])
})
