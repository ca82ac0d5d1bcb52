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

function settle(told: readonly string[], latest = told.at(-1) ?? ''): Settled {
  return settlePushes(told.map(push), push(latest))
}

test.each<[string, string[], string]>([
  ['the only one', ['A1 at 0'], 'A1 at 0'],
  ['the later, from the same region', ['A1 at 0', 'A2 at 1'], 'A2 at 1'],
  ['the later, from another region', ['A1 at 0', 'B2 at 1'], 'B2 at 1'],
  ['the later, told first', ['B2 at 1', 'A1 at 0'], 'B2 at 1'],
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
  ['one that is told twice', ['A1 at 0', 'A2 at 1', 'A1 at 0'], 'A2 at 1'],
])('%s stands', (_what, told, expected) => {
  expect(settle(told).stands).toEqual(push(expected))
})

test.each([
  ['the copy of what stands, in another region', ['A1 at 0', 'B1 at 1'], true],
  ['what stands itself', ['A1 at 0'], false],
  ['what stands, told again', ['A1 at 0', 'B1 at 1', 'A1 at 0'], false],
  ['a late copy of what does not stand', ['A1 at 0', 'A2 at 1', 'B1 at 2'], false],
])('%s: nothing is left to do? %s', (_what, told, arrived) => {
  expect(settle(told).arrived).toBe(arrived)
})

test.each<[string, string[], string | undefined]>([
  ['two regions at once', ['A1 at 0', 'B2 at 1'], 'A1 at 0 < B2 at 1'],
  ['two regions at once, told the other way round', ['B2 at 1', 'A1 at 0'], 'A1 at 0 < B2 at 1'],
  ['one region twice', ['A1 at 0', 'A2 at 1'], undefined],
  ['another region, where the content has arrived', ['A1 at 0', 'B1 at 1', 'B2 at 2'], undefined],
  ['another region, much later', ['A1 at 0', 'B2 at 15'], undefined],
  ['a copy, which is about none of the two', ['A1 at 0', 'B2 at 1', 'C2 at 2'], undefined],
])('%s: is it a conflict?', (_what, told, expected) => {
  const [lost, won] = expected?.split(' < ').map(push) ?? []
  expect(settle(told).conflict).toEqual(lost && { lost, won })
})

test('what was told and does not stand may be overwritten, whenever it was put', () => {
  const { superseded } = settle(['A1 at 0', 'B2 at 1', 'C1 at 2', 'A3 at 3'])
  expect(superseded).toEqual([push('A1 at 0').digest, push('B2 at 1').digest])
})

test('the order in which pushes are told changes nothing', () => {
  const told = ['A1 at 0', 'B2 at 1', 'C1 at 2', 'C3 at 4', 'B1 at 5', 'A3 at 6']
  const expected = settle(told, 'A1 at 0')
  for (const [index] of told.entries()) {
    const turned = [...told.slice(index), ...told.slice(0, index)]
    expect(settle(turned, 'A1 at 0')).toEqual(expected)
    expect(settle(turned.toReversed(), 'A1 at 0')).toEqual(expected)
  }
})
