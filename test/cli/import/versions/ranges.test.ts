// Ranges of an entry, and what cannot be imported of them.
import { expect, test } from 'vitest'
import { REGSYNC } from '../../../../cli/import/versions/dialects.ts'
import { readRanges } from '../../../../cli/import/versions/ranges.ts'

test.each([
  [['>=1', '1.y'], '"1.y" is not a range'],
  [['>2 <1', '>4 <3'], '">2 <1" or ">4 <3" contains no version'],
])('refuses %j', (texts, why) => {
  expect(readRanges(texts, REGSYNC)).toBe(why)
})

test('joins ranges, of which some may contain no version', () => {
  expect(readRanges(['>=1 <2', '>4 <3', '>=5'], REGSYNC)).toMatchObject({
    intervals: [{ low: { numbers: [1] }, high: { numbers: [2] } }, { low: { numbers: [5] } }],
    notes: [],
  })
})

test('reports ranges that compare suffixes of one version', () => {
  expect(readRanges(['>=1.2.3-0', '>=1.2.3-rc.1'], REGSYNC)).toMatchObject({
    notes: [
      '">=1.2.3-rc.1" compares suffixes of one version; here, all suffixes of this version are selected',
    ],
  })
})
