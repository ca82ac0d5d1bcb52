// What counts as a misspelling, and what as another word.
import { expect, test } from 'vitest'
import { didYouMean, nearest, nearestFew } from '../../mirror/nearest.ts'

test.each([
  ['tag', ['tags', 'source', 'regions'], 'tags'],
  ['us-east1', ['us-east-1', 'us-east-2', 'us-west-1'], 'us-east-1'],
  ['Regions', ['regions', 'region'], 'regions'],
  ['repositry', ['repository', 'repositories'], 'repository'],
])('%s is nearest to what was meant', (word, candidates, meant) => {
  expect(nearest(word, candidates)).toBe(meant)
})

test('a word that is like no candidate has no nearest one', () => {
  expect(nearest('schedule', ['tags', 'source'])).toBeUndefined()
  expect(didYouMean('schedule', ['tags', 'source'])).toBe('')
})

test('near misses come best first', () => {
  expect(nearestFew('7.4.1', ['7.4', '7.4.1-alpine', '7.4.2', '8.0'], 3)).toEqual(['7.4.2', '7.4'])
})
