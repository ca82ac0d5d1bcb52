// The judge of chaos runs detects each kind of error.
import { expect, test } from 'vitest'
import type { Executed } from '../../../local/executions.ts'
import { type Found, judge } from './judge.ts'
import type { Ledger } from './services.ts'
import type { SourceImage } from './source.ts'

const REGION = 'us-east-1'
const FINE: SourceImage = { repository: 'team/app-1', tag: '1.0', digest: 'sha256:1' }
const MISSING: SourceImage = { repository: 'team/app-2', tag: '9.9', fails: 'SourceNotFound' }

const found = (held: Found['held'], other: Found['held'] = 'nothing'): Found[] => [
  { repository: 'team/app-1', region: REGION, held },
  { repository: 'team/app-2', region: REGION, held: other },
]

function executed(outcome: string, error = 'SourceNotFound', alerts = 1): Executed {
  const failed = outcome === 'failed' ? 2 : 1
  return {
    ended: { status: 'FAILED', error: 'MirrorFailed' },
    alerts: Array.from({ length: alerts }, () => ({
      subject: '',
      message: `${failed} of 2 pairs failed; 1 synced`,
    })),
    document: {
      counts: { pairs: 2, failed },
      pairs: [
        { repository: 'team/app-1', region: REGION, outcome },
        { repository: 'team/app-2', region: REGION, outcome: 'failed', error: { name: error, message: '' } },
      ],
    },
  } as unknown as Executed
}

function ledger(end: string): Ledger {
  return {
    resolved: new Map([
      ['00001-app-1', 'done'],
      ['00002-app-2', 'error SourceNotFound'],
    ]),
    diffed: new Map([[`00001-app-1 ${REGION}`, 'stale']]),
    synced: new Map([[`00001-app-1 ${REGION}`, end]]),
  }
}

test('accepts a correct run', () => {
  expect(judge([FINE, MISSING], found('whole'), executed('synced'), ledger('synced'))).toEqual({
    outcomes: { synced: 1, failed: 1 },
    wrong: [],
    amiss: [],
  })
})

test.each<[string, Parameters<typeof judge>, RegExp]>([
  [
    'a pair that is reported synced and is not there',
    [[FINE, MISSING], found('nothing'), executed('synced'), ledger('synced')],
    /app-1 .*: is reported synced, and its target holds nothing/,
  ],
  [
    'a target that holds something else',
    [[FINE, MISSING], found('wrong'), executed('synced'), ledger('synced')],
    /app-1 .*: its target holds what it should not/,
  ],
  [
    'a tag that appeared although there is none',
    [[FINE, MISSING], found('whole', 'wrong'), executed('synced'), ledger('synced')],
    /app-2 .*: its target holds what it should not/,
  ],
  [
    'a failure that is hidden',
    [[FINE, MISSING], found('whole'), executed('synced'), ledger('error States.TaskFailed')],
    /app-1 .*: its tasks ended as failed, and it is reported synced/,
  ],
  [
    'a failure that is none',
    [[FINE, MISSING], found('whole'), executed('failed'), ledger('synced')],
    /app-1 .*: its tasks ended as synced, and it is reported failed/,
  ],
  [
    'a failure for good of something that nothing is wrong with',
    [
      [FINE, { ...MISSING, fails: undefined } as unknown as SourceImage],
      found('whole'),
      executed('synced'),
      ledger('synced'),
    ],
    /app-2 .*: nothing is wrong with it, and it failed as SourceNotFound/,
  ],
  [
    'a failure for the wrong reason',
    [[FINE, MISSING], found('whole'), executed('synced', 'AccessDenied'), ledger('synced')],
    /app-2 .*: should have failed as SourceNotFound/,
  ],
])('finds %s', (_, given, complaint) => {
  expect(judge(...given).wrong).toEqual([expect.stringMatching(complaint)])
})

test.each([0, 2])('finds %i alerts instead of one', (alerts) => {
  const { amiss } = judge(
    [FINE, MISSING],
    found('whole'),
    executed('synced', 'SourceNotFound', alerts),
    ledger('synced'),
  )
  expect(amiss).toContain(`${alerts} messages reached the topic`)
})
