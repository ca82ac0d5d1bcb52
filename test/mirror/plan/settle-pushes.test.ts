// Decides which of several pushes of a tag wins, for any order of events.
import { expect, test } from 'vitest'
import type { Region } from '../../../mirror/list/config.ts'
import { type Settled, type StoredPush, settlePushes } from '../../../mirror/plan/settle-pushes.ts'

const REGION: Readonly<Record<string, Region>> = { A: 'us-east-1', B: 'eu-west-1', C: 'ap-southeast-2' }

/** `A1 at 10` is content 1 in region A at ten minutes past the hour, `A1 at 10:30` with seconds. */
function push(text: string): StoredPush {
  const [, region = '', digest = '', minutes = '', seconds = '00'] =
    /^([A-C])(\w+) at (\d+)(?::(\d+))?$/.exec(text) ?? []
  const at = Date.UTC(2026, 0, 1, 0, Number(minutes), Number(seconds))
  return {
    region: REGION[region] ?? 'us-east-1',
    digest: `sha256:${digest.repeat(64)}`,
    time: new Date(at).toISOString().replace(/\.\d+/, ''),
  }
}

function settle(reported: readonly string[], latest = reported.at(-1) ?? ''): Settled {
  return settlePushes(reported.map(push), push(latest))
}

test.each<[string, string[], string]>([
  ['the only one', ['A1 at 0'], 'A1 at 0'],
  ['the later, from the same region', ['A1 at 0', 'A2 at 1'], 'A2 at 1'],
  ['the later, from another region', ['A1 at 0', 'B2 at 1'], 'B2 at 1'],
  ['the later, reported first', ['B2 at 1', 'A1 at 0'], 'B2 at 1'],
  ['the greater digest, in the same second', ['B2 at 0', 'A1 at 0'], 'B2 at 0'],
  ['the first of the same content', ['A1 at 0', 'B1 at 1', 'C1 at 2'], 'A1 at 0'],
  ['the newest, though an old copy comes late', ['A1 at 0', 'A2 at 1', 'B2 at 2', 'B1 at 3'], 'A2 at 1'],
  ['the newest, though an old one is restored late', ['A1 at 0', 'B2 at 1', 'A2 at 2', 'A1 at 3'], 'B2 at 1'],
  ['an old content, pushed again where alone is pushed', ['A1 at 0', 'A2 at 1', 'A1 at 2'], 'A1 at 2'],
  ['an old content, pushed again when all is settled', ['A1 at 0', 'B2 at 1', 'A1 at 17'], 'A1 at 17'],
  ['the newest, however late a copy comes', ['A1 at 0', 'A2 at 1', 'C1 at 50'], 'A2 at 1'],
  [
    'the newest, as old content comes back only once',
    ['A1 at 0', 'B2 at 1', 'A1 at 17', 'B3 at 18', 'A1 at 40'],
    'B3 at 18',
  ],
  ['the later, although the earlier is reported twice', ['A1 at 0', 'A2 at 1', 'A1 at 0'], 'A2 at 1'],
])('%s wins', (_what, reported, expected) => {
  expect(settle(reported).winner).toEqual(push(expected))
})

test.each([
  ['the copy of the winner, in another region', ['A1 at 0', 'B1 at 1'], true],
  ['the winner itself', ['A1 at 0'], false],
  ['the winner, reported again', ['A1 at 0', 'B1 at 1', 'A1 at 0'], false],
  ['a late copy of a loser', ['A1 at 0', 'A2 at 1', 'B1 at 2'], false],
])('%s: is nothing left to do? %s', (_what, reported, arrived) => {
  expect(settle(reported).arrived).toBe(arrived)
})

test.each([
  ['the first time', ['A1 at 0'], 0],
  ['reported twice', ['A1 at 0', 'A1 at 0'], 0],
  ['pushed twice in a row', ['A1 at 0', 'A1 at 1'], 0],
  ['rolled back', ['A1 at 0', 'A2 at 1', 'A1 at 2'], 1],
  ['pushed to another region in between', ['A1 at 0', 'B2 at 1', 'A1 at 2'], 0],
  ['going back and forth', ['A1 at 0', 'A2 at 1', 'A1 at 2', 'A2 at 3', 'A1 at 4'], 2],
  ['going round', ['A1 at 0', 'A2 at 1', 'A3 at 2', 'A1 at 3', 'A2 at 4', 'A3 at 5', 'A1 at 6'], 2],
  ['rolled back after a while', ['A1 at 0', 'A2 at 1', 'A1 at 2', 'A2 at 3', 'A1 at 16'], 1],
])('counts how often a content has come back: %s', (_what, reported, returns) => {
  expect(settle(reported).returns).toBe(returns)
})

test.each<[string, string[], string | undefined]>([
  ['two regions at once', ['A1 at 0', 'B2 at 1'], 'A1 at 0 < B2 at 1'],
  ['two regions at once, reported the other way round', ['B2 at 1', 'A1 at 0'], 'A1 at 0 < B2 at 1'],
  ['one region twice', ['A1 at 0', 'A2 at 1'], undefined],
  ['another region, where the content has arrived', ['A1 at 0', 'B1 at 1', 'B2 at 2'], undefined],
  ['another region, much later', ['A1 at 0', 'B2 at 15'], undefined],
  ['a copy, which is neither of the two', ['A1 at 0', 'B2 at 1', 'C2 at 2'], undefined],
])('%s: is it a conflict?', (_what, reported, expected) => {
  const [lost, won] = expected?.split(' < ').map(push) ?? []
  expect(settle(reported).conflict).toEqual(lost && { lost, won })
})

test('all reported content but the winner may be overwritten, whenever it was put', () => {
  const { superseded } = settle(['A1 at 0', 'B2 at 1', 'C1 at 2', 'A3 at 3'])
  expect(superseded).toEqual([push('A1 at 0').digest, push('B2 at 1').digest])
})

test('the order in which pushes are reported changes nothing', () => {
  const reported = ['A1 at 0', 'B2 at 1', 'C1 at 2', 'C3 at 4', 'B1 at 5', 'A3 at 6']
  const expected = settle(reported, 'A1 at 0')
  for (const [index] of reported.entries()) {
    const turned = [...reported.slice(index), ...reported.slice(0, index)]
    expect(settle(turned, 'A1 at 0')).toEqual(expected)
    expect(settle(turned.toReversed(), 'A1 at 0')).toEqual(expected)
  }
})
