// The actions of a push's run, given other pushes of the tag.
import { expect, test } from 'vitest'
import { rulesOfPush, storedPush, winningPush } from '../../../mirror/plan/pushed.ts'
import type { StoredPush } from '../../../mirror/plan/settle-pushes.ts'

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0, 500)
const PUSH = {
  account: '123456789012',
  region: 'us-east-1' as const,
  repository: 'team/app',
  tag: '1.0',
  digest: `sha256:${'a'.repeat(64)}`,
}
const LOST: StoredPush = { region: 'us-east-1', digest: PUSH.digest, time: '2026-01-01T12:00:00Z' }
const WON: StoredPush = {
  region: 'eu-west-1',
  digest: `sha256:${'b'.repeat(64)}`,
  time: '2026-01-01T12:00:09Z',
}

test.each([
  ['as the event has it', '2026-01-01T11:00:00Z', '2026-01-01T11:00:00Z'],
  ['without what is finer than a second', '2026-01-01T11:00:00.123Z', '2026-01-01T11:00:00Z'],
  ['now, where the event has none', undefined, '2026-01-01T12:00:00Z'],
])('the time of a push is noted %s', (_what, time, expected) => {
  expect(storedPush(time === undefined ? PUSH : { ...PUSH, time }, NOW).time).toBe(expected)
})

test('the winning push is copied instead of the one that started the run', () => {
  const settled = { winner: WON, superseded: [], several: true, arrived: false, returns: 0 }
  expect(winningPush(PUSH, settled)).toEqual({ ...PUSH, ...WON })
})

test.each([
  ['in the region whose push was replaced', ['us-east-1', 'eu-west-1'] as const, 'us-east-1'],
  ['where pushes go to, when that is elsewhere', ['ap-south-1'] as const, 'ap-south-1'],
])('a conflict is told %s, with both contents and what to do', (_what, targets, region) => {
  const settled = { winner: WON, superseded: [LOST.digest], several: true, arrived: false, returns: 0 }
  const { conflict } = rulesOfPush(PUSH, { ...settled, conflict: { lost: LOST, won: WON } }, targets)
  expect(conflict?.target).toBe(region)
  for (const words of ['team/app:1.0', LOST.digest, WON.digest, LOST.time, WON.time, '15 minutes']) {
    expect(conflict?.message).toContain(words)
  }
})

test('where people push to one region, its tag says whether a push is still wanted', () => {
  const settled = { winner: LOST, superseded: [WON.digest], several: false, arrived: false, returns: 0 }
  expect(rulesOfPush(PUSH, settled, ['eu-west-1'])).toEqual({
    ifMoved: 'skip',
    keepNewer: { than: LOST.time, but: [WON.digest] },
  })
})
