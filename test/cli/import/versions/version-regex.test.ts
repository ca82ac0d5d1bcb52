// Versions of other tools as regular expressions, against comparisons that work on the numbers.
import { expect, test } from 'vitest'
import { parseConstraint } from '../../../../cli/import/versions/constraint.ts'
import { DREGSY, OCYNC, REGSYNC, SKOPEO } from '../../../../cli/import/versions/dialects.ts'
import { numberRegex } from '../../../../cli/import/versions/number-regex.ts'
import { otherPatterns, versionPatterns } from '../../../../cli/import/versions/version-regex.ts'
import { parseTagPattern } from '../../../../mirror/list/tags/tag-pattern.ts'
import { TAGS } from '../imported.ts'
import { dregsyMatches, ocyncMatches, regsyncMatches, skopeoMatches } from './tools.ts'

const matching = (patterns: readonly string[], tags: readonly string[]) => {
  const compiled = patterns.map((pattern) => parseTagPattern(pattern))
  return tags.filter((tag) => compiled.some((pattern) => pattern.matches(tag)))
}

/** Every core of up to four small numbers, with the suffixes and prefixes that change what a tag is. */
const NUMBERS = ['0', '1', '2', '3', '9', '10', '11', '22', '01']
const CORES = [
  ...NUMBERS,
  ...NUMBERS.flatMap((one) => NUMBERS.map((two) => `${one}.${two}`)),
  ...NUMBERS.flatMap((one) =>
    ['0', '1', '2', '10'].flatMap((two) => ['0', '1', '3', '10'].map((three) => `${one}.${two}.${three}`)),
  ),
  ...['1.2.3.0', '1.2.3.1', '1.2.0.0', '1.2.0.1', '2.0.0.0', '2.0.0.1', '1_2', '1.2_3'],
  ...['10.04', '10.04.00', '10.04.02', '10.10.08', '000.9'],
]
const ALL = [...CORES.flatMap((core) => [core, `v${core}`, `${core}-rc.1`, `v${core}-alpine`]), ...TAGS]

const SIMPLE = [
  '>=1.2.3',
  '>1.2.3',
  '<=1.2.3',
  '<2.0.0',
  '=1.2.3',
  '>=1.0.0 <2.0.0',
  '>=1.2.0 <=1.10.3',
  '>1.2.3 <10.0.0',
  '>=0.0.0',
  '>=22.0.0',
  '<0.0.1',
  '>=9.9.9 <11.2.0',
  '>=1.2.3 <1.2.3',
  '<10.10.0',
  '>=10.0.0 <10.10.10',
]

test.each([
  ...SIMPLE,
  '>=1.2',
  '<2',
  '>1',
  '^1.2.3',
  '^0.2.3',
  '^0.0.3',
  '~1.2.3',
  '^0.0',
  '~1',
  '1.2',
  '>=1.2.3-0',
  '<2-0',
])('regsync: %s', (range) => {
  const intervals = parseConstraint(range, REGSYNC.dialect)?.intervals ?? []
  expect(matching(versionPatterns(intervals, REGSYNC.grammar), ALL)).toEqual(
    ALL.filter((tag) => regsyncMatches(tag, range)),
  )
  expect(matching(otherPatterns(intervals, REGSYNC.grammar), ALL)).toEqual(
    ALL.filter((tag) => !regsyncMatches(tag, range)),
  )
})

test.each([
  ...SIMPLE,
  '>=1.2, <3',
  '>1',
  '>1.2',
  '<=1',
  '<=1.2',
  '1.2',
  '1',
  '~1',
  '~1.2',
  '^1.2',
  '^0.2',
  '^0.0',
  '^0',
  '1.x',
  '*',
  '!=1.2.3',
  '!=1.2',
  '>=1 <3 !=2',
  '1.2 || >=10',
  '1.2 - 2.3.1',
  '>= 3.12.0',
  '=>1, =<2',
])('skopeo: %s', (range) => {
  const intervals = parseConstraint(range, SKOPEO.dialect)?.intervals ?? []
  expect(matching(versionPatterns(intervals, SKOPEO.grammar), ALL)).toEqual(
    ALL.filter((tag) => skopeoMatches(tag, range)),
  )
})

test.each([...SIMPLE, '1.x', '<=1.2.x', '>1.x', '!1.2.3', '>=1.0.0 <1.2.0 || >=3.0.0', '>= 1.2.0 !1.3.0'])(
  'dregsy: %s',
  (range) => {
    const intervals = parseConstraint(range, DREGSY.dialect)?.intervals ?? []
    expect(matching(versionPatterns(intervals, DREGSY.grammar), ALL)).toEqual(
      ALL.filter((tag) => dregsyMatches(tag, range)),
    )
    expect(matching(otherPatterns(intervals, DREGSY.grammar), ALL)).toEqual(
      ALL.filter((tag) => !dregsyMatches(tag, range)),
    )
  },
)

test.each([
  '>=1.2.3',
  '>=1.0, <2.0',
  '>1',
  '<=1.2',
  '=1.2.3',
  '1.2',
  '>=22',
  '<0.1',
  '>=1.2, <1.10',
  '<10.10',
])('ocync: %s', (range) => {
  const intervals = parseConstraint(range, OCYNC.dialect)?.intervals ?? []
  expect(matching(versionPatterns(intervals, OCYNC.grammar), ALL)).toEqual(
    ALL.filter((tag) => ocyncMatches(tag, range)),
  )
  expect(matching(otherPatterns(intervals, OCYNC.grammar), ALL)).toEqual(
    ALL.filter((tag) => !ocyncMatches(tag, range)),
  )
})

test.each([
  '',
  ' ',
  'latest',
  '>=',
  '1.2.y',
  '>>1',
  '>=1.2.3 and <2',
  '^1.2',
  '>=1.2.3-rc.1',
  `>=${'1'.repeat(2000)}`,
])('refuses %j where the tool does', (range) => {
  expect(parseConstraint(range, OCYNC.dialect)).toBeUndefined()
})

const RC = ['1.3.0-rc.1', '1.3.0-rc.2', '1.3.0-rc.3']

test.each([
  ['>=1.3.0-rc.2', [...RC, '1.3.0', '1.4.0']],
  ['>1.3.0-rc.2', [...RC, '1.3.0', '1.4.0']],
  ['<1.3.0-rc.2', ['1.2.0', ...RC]],
  ['<=1.3.0-rc.2', ['1.2.0', ...RC]],
  ['1.3.0-rc.2', RC],
  ['!=1.3.0-rc.2', ['1.2.0', ...RC, '1.3.0', '1.4.0']],
])('selects all suffixes of a version that %s compares', (range, selected) => {
  const { intervals = [], isRough } = parseConstraint(range, DREGSY.dialect) ?? {}
  expect(isRough).toBe(true)
  expect(matching(versionPatterns(intervals, DREGSY.grammar), ['1.2.0', ...RC, '1.3.0', '1.4.0'])).toEqual(
    selected,
  )
})

test.each(['>=1.3.0-0', '<1.3.0-0', '>=1.3.0'])('selects exactly what %s does', (range) => {
  expect(parseConstraint(range, DREGSY.dialect)?.isRough).toBe(false)
})

test('ranges of numbers match exactly their numbers', () => {
  for (let from = 0; from < 120; from += 7) {
    for (const to of [undefined, from, from + 1, from + 9, from + 95, 1000]) {
      const regex = new RegExp(`^${numberRegex(from, to)}$`)
      const matched = Array.from({ length: 1200 }, (_, number) => number).filter((number) =>
        regex.test(String(number)),
      )
      const wanted = matched.length === 0 ? -1 : from
      expect([matched[0] ?? -1, matched.at(-1), matched.length], regex.source).toEqual([
        wanted,
        to ?? 1199,
        (to ?? 1199) - from + 1,
      ])
    }
  }
})
