// The history of a child execution stays below the limit, which cannot be caught.
import { expect, test } from 'vitest'
import { partitionOf } from '../../mirror/list/partitions.ts'
import { REGIONS } from '../../mirror/list/regions.ts'
import { HISTORY_LIMIT, IMAGE_EVENTS, longestHistory, PAIR_EVENTS } from '../../statemachine/history.ts'
import { StateName } from '../../statemachine/state-names.ts'
import { definition, stateOf } from './definition.ts'
import { eventsOf, imageEvents, pairEvents } from './longest-history.ts'

const workflow = definition()

test('matches the definition', () => {
  expect(eventsOf(stateOf(workflow, StateName.Diff))).toBe(2 + 19 * 3)
  expect(eventsOf(stateOf(workflow, StateName.Sync))).toBe(2 + 11 * 3 + 3 * 4)
  expect(eventsOf(stateOf(workflow, StateName.ReadOutcome))).toBe(2 + 3 * 3)
  expect(pairEvents(workflow)).toBe(PAIR_EVENTS)
  expect(imageEvents(workflow)).toBe(IMAGE_EVENTS)
})

test('leaves a fifth of the limit with 30 regions in the worst case', () => {
  expect(longestHistory(30)).toBe(19_213)
  expect(longestHistory(30)).toBeLessThan(HISTORY_LIMIT * 0.8)
})

test('so do all regions of the largest partition fit: there is no list that does not', () => {
  const partitions = [...Map.groupBy(REGIONS, partitionOf).values()]
  const largest = Math.max(...partitions.map(({ length }) => length))
  expect(largest).toBeGreaterThan(30)
  expect(longestHistory(largest)).toBeLessThan(HISTORY_LIMIT)
})
