// The records that a report makes.
import { expect, test } from 'vitest'
import { recordsOf } from '../../../mirror/state/observe.ts'
import { pair } from '../report/reports.ts'
import { digestOf } from '../resolve/sources.ts'

const run = {}
const now = new Date('2026-11-30T12:00:00.000Z')
const digest = digestOf('a')

test('a tag that the build wrote dates from its end, others from the comparison', () => {
  const times = {
    ordered: '2026-11-30T10:00:00Z',
    queued: '2026-11-30T10:01:00Z',
    copying: '2026-11-30T10:02:00Z',
    ended: '2026-11-30T11:00:00Z',
  }
  const tags = [{ tag: '7.2', digest }, { tag: '7.4', digest, written: true as const }, { digest }]
  const { error: _, ...good } = pair({ outcome: 'synced', at: times.ordered, times, tags })
  expect(recordsOf([good], run, now)).toEqual([
    {
      repository: 'mirror/redis',
      targets: {
        'us-east-1': {
          tags: {
            '7.2': {
              digest,
              changed: '2026-11-30T10:00:00.000Z',
              verified: '2026-11-30T10:00:00.000Z',
              image: good.image,
            },
            '7.4': {
              digest,
              changed: '2026-11-30T11:00:00.000Z',
              verified: '2026-11-30T11:00:00.000Z',
              written: true,
              image: good.image,
            },
          },
        },
      },
    },
  ])
})

test('a tag of a pair without times dates from the report', () => {
  const [record] = recordsOf([pair({ outcome: 'inSync', tags: [{ tag: '7.4', digest }] })], run, now)
  const at = now.toISOString()
  expect(record?.targets['us-east-1']?.tags['7.4']).toMatchObject({ changed: at, verified: at })
})

test('a tag of a push or of an own list belongs to no image of the deployed list', () => {
  const pairs = [pair({ outcome: 'inSync', tags: [{ tag: '7.4', digest }] })]
  const [record] = recordsOf(pairs, { ...run, list: 's3://work/list.json' }, now)
  expect(record?.targets['us-east-1']?.tags['7.4']).not.toHaveProperty('image')
})

test('makes a record for each repository name', () => {
  const pairs = [
    pair({ target: 'us-east-1' }),
    pair({ target: 'eu-west-1', region: 'eu-west-1' }),
    pair({ target: 'harbor', repository: 'ops/redis' }),
  ]
  expect(
    recordsOf(pairs, run, now).map(({ repository, targets }) => [repository, ...Object.keys(targets)]),
  ).toEqual([
    ['mirror/redis', 'us-east-1', 'eu-west-1'],
    ['ops/redis', 'harbor'],
  ])
})

test.each(['stale', 'missing'] as const)('keeps nothing of a pair that is %s, in a dry run', (outcome) => {
  expect(recordsOf([pair({ outcome })], run, now)).toEqual([])
})
