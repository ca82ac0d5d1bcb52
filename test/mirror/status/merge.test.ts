// What a run changes in the state of the mirror.
import { expect, test } from 'vitest'
import type { PairReport } from '../../../mirror/documents.ts'
import { type Place, type Status, statusSchema } from '../../../mirror/status/schema.ts'
import { after, at, bad, DIGEST, good, OTHER } from './places.ts'

function placeIn(status: Status, target = 'us-east-1'): Place | undefined {
  return status.images.flatMap(({ places }) => places).find((one) => one.target === target)
}

const time = (hours: number) => at(hours).toISOString()

test('keeps when a pair was verified and changed last', () => {
  const first = after(undefined, [good({ outcome: 'synced' })]).status
  expect(placeIn(first)).toEqual({
    target: 'us-east-1',
    repository: 'mirror/redis',
    from: 'list',
    state: 'inSync',
    verified: time(0),
    changed: time(0),
  })
  const second = after(first, [good()], { hours: 6 }).status
  expect(placeIn(second)).toMatchObject({ verified: time(6), changed: time(0) })
  expect(second).toMatchObject({
    written: time(6),
    run: 'run-6',
    counts: { images: 1, inSync: 1, failed: 0 },
  })
})

test('keeps since when a pair is not in sync, and what it held', () => {
  const first = after(undefined, [good()]).status
  const down = after(first, [bad()], { hours: 1 }).status
  const still = after(down, [bad({ outcome: 'deferred' })], { hours: 2 }).status
  expect(placeIn(still)).toMatchObject({
    state: 'deferred',
    verified: time(0),
    since: time(1),
    tried: time(2),
  })
  expect(still.images[0]?.tags).toEqual({ '7.4': DIGEST })
  const back = after(still, [good()], { hours: 3 }).status
  expect(placeIn(back)).toEqual({
    target: 'us-east-1',
    repository: 'mirror/redis',
    from: 'list',
    state: 'inSync',
    verified: time(3),
  })
})

test('stores tags once for all targets that hold the same', () => {
  const { images } = after(undefined, [
    good(),
    good({ target: 'eu-west-1' }),
    good({ target: 'us-west-2', tags: [{ tag: '7.4', digest: OTHER }] }),
  ]).status
  expect(images[0]?.tags).toEqual({ '7.4': DIGEST })
  expect(images[0]?.places.map(({ tags }) => tags)).toEqual([undefined, undefined, { '7.4': OTHER }])
})

test('adds the tags that a failed pair holds to those that it held', () => {
  const first = after(undefined, [good()]).status
  const { images } = after(first, [bad({ tags: [{ tag: '7.5', digest: OTHER }] })], { hours: 1 }).status
  expect(images[0]?.tags).toEqual({ '7.4': DIGEST, '7.5': OTHER })
})

const [REDIS, NGINX, PUSHED] = ['redis', 'nginx', 'pushed'].map((image) => good({ image })) as [
  PairReport,
  PairReport,
  PairReport,
]
const imagesOf = ({ images }: Status) => images.map(({ image }) => image)

test('forgets what the list no longer has, in a run that covers it', () => {
  const scheduled = after(undefined, [REDIS, NGINX], { schedule: 'rate(1 day)' }).status
  const pushed = after(scheduled, [PUSHED], { hours: 1, list: 's3://work/list.json' }).status
  const other = after(pushed, [], { hours: 2, schedule: 'rate(1 hour)' }).status
  expect(imagesOf(other)).toEqual(['redis', 'nginx', 'pushed'])
  expect(imagesOf(after(other, [REDIS], { hours: 3 }).status)).toEqual(['redis', 'nginx', 'pushed'])
  const same = after(other, [REDIS], { hours: 3, schedule: 'rate(1 day)' }).status
  expect(imagesOf(same)).toEqual(['redis', 'pushed'])
  expect(imagesOf(after(other, [NGINX], { hours: 3, whole: true }).status)).toEqual(['nginx', 'pushed'])
})

test.each([{ schedule: 'rate(1 day)' }, { whole: true }])(
  'forgets nothing in a run that could not read all of the list: %j',
  (run) => {
    const before = after(undefined, [REDIS, NGINX], run).status
    expect(imagesOf(after(before, [REDIS], { ...run, hours: 1, partial: true }).status)).toEqual([
      'redis',
      'nginx',
    ])
  },
)

test('forgets a target that the list no longer has', () => {
  const both = after(undefined, [good(), good({ target: 'eu-west-1' })], { whole: true }).status
  const { images } = after(both, [good()], { hours: 1, whole: true }).status
  expect(images[0]?.places.map(({ target }) => target)).toEqual(['us-east-1'])
})

test('forgets pushes that no run has tried for three months', () => {
  const first = after(undefined, [PUSHED], { list: 's3://work/list.json' }).status
  expect(imagesOf(after(first, [REDIS], { hours: 24 * 89 }).status)).toEqual(['pushed', 'redis'])
  expect(imagesOf(after(first, [REDIS], { hours: 24 * 91 }).status)).toEqual(['redis'])
})

test('takes the worse state of two entries for one place', () => {
  const { status } = after(undefined, [good(), bad({ tags: [{ tag: '6', digest: OTHER }] })])
  expect(status.counts).toMatchObject({ inSync: 0, failed: 1 })
  expect(status.images[0]?.tags).toEqual({ '7.4': DIGEST, '6': OTHER })
})

test('gives the same state in whatever order two runs report different pairs', () => {
  const first = after(undefined, [good(), good({ target: 'eu-west-1' })]).status
  const one = [bad()]
  const two = [bad({ target: 'eu-west-1', outcome: 'deferred' })]
  const ab = after(after(first, one, { hours: 1 }).status, two, { hours: 1 }).status
  const ba = after(after(first, two, { hours: 1 }).status, one, { hours: 1 }).status
  expect(ab.images).toEqual(ba.images)
})

test('leaves a state of its schema, whatever the run saw', () => {
  const { status } = after(undefined, [
    good(),
    bad({ target: 'eu-west-1' }),
    good({ outcome: 'stale', image: 'x' }),
  ])
  expect(statusSchema.parse(JSON.parse(JSON.stringify(status)))).toEqual(status)
  expect(imagesOf(status)).toEqual([good().image])
})

test('leaves out the tags that are too many', () => {
  const tags = Array.from({ length: 700 }, (_, index) => ({ tag: `1.${index}`, digest: DIGEST }))
  const [image] = after(undefined, [good({ tags })]).status.images
  expect([Object.keys(image?.tags ?? {}).length, image?.more]).toEqual([500, 200])
})
