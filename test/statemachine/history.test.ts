// The history of a child execution stays below the limit, which cannot be caught.
import { expect, test } from 'vitest'
import { MAX_TARGETS } from '../../mirror/list/entry-size.ts'
import { partitionOf } from '../../mirror/list/partitions.ts'
import { REGIONS } from '../../mirror/list/regions.ts'
import { HISTORY_LIMIT, IMAGE_EVENTS, longestHistory, PAIR_EVENTS } from '../../statemachine/history.ts'
import { StateName } from '../../statemachine/state-names.ts'
import { definition, stateOf } from './definition.ts'
import { eventsOf, imageEvents, pairEvents } from './longest-history.ts'

const workflow = definition()

test('matches the definition', () => {
  expect(eventsOf(stateOf(workflow, StateName.Diff))).toBe(2 + 27 * 3)
  expect(eventsOf(stateOf(workflow, StateName.Sync))).toBe(2 + 11 * 3 + 3 * 4)
  expect(eventsOf(stateOf(workflow, StateName.ReadOutcome))).toBe(2 + 3 * 3)
  expect(pairEvents(workflow)).toBe(PAIR_EVENTS)
  expect(imageEvents(workflow)).toBe(IMAGE_EVENTS)
})

test('leaves a fifth of the limit with 30 targets in the worst case', () => {
  expect(longestHistory(30)).toBe(19_933)
  expect(longestHistory(30)).toBeLessThan(HISTORY_LIMIT * 0.8)
})

test('has room for the most targets that an image may have, among them all regions of the largest partition', () => {
  const partitions = [...Map.groupBy(REGIONS, partitionOf).values()]
  const largest = Math.max(...partitions.map(({ length }) => length))
  expect(largest).toBeGreaterThan(30)
  expect(largest).toBeLessThanOrEqual(MAX_TARGETS)
  expect(longestHistory(MAX_TARGETS)).toBeLessThan(HISTORY_LIMIT)
})
