import { expect, test } from 'vitest'
import type { LifecycleRule } from '../../../mirror/list/repositories/lifecycle-schema.ts'
import {
  deletesNoMore,
  describeRules,
  lifecycleRules,
  lifecycleText,
  parseLifecycle,
  sameLifecycle,
} from '../../../mirror/repositories/lifecycle.ts'

type Selected = Partial<LifecycleRule['selection']>

const rule = (rulePriority: number, selection: Selected = {}): LifecycleRule => ({
  rulePriority,
  selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5, ...selection },
  action: { type: 'expire' },
})

test('makes a rule of each tag pattern, because ECR wants an image to have a tag for all patterns of a rule', () => {
  const rules = lifecycleRules({
    any: { days: 365 },
    untagged: { days: 14 },
    tagged: [{ tags: ['v1.*', 'v2.*'], newest: 10 }],
  })
  expect(rules.map(({ rulePriority, selection }) => [rulePriority, selection])).toEqual([
    [1, { tagStatus: 'tagged', tagPatternList: ['v1.*'], countType: 'imageCountMoreThan', countNumber: 10 }],
    [2, { tagStatus: 'tagged', tagPatternList: ['v2.*'], countType: 'imageCountMoreThan', countNumber: 10 }],
    [3, { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 }],
    [4, { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 365 }],
  ])
})

test("takes the rules of ECR's own document as they are", () => {
  const rules = [rule(7)]
  expect(lifecycleRules({ rules })).toEqual(rules)
})

test('finds policies the same that differ in order, priorities, descriptions and defaults', () => {
  const tags: Selected = { tagStatus: 'tagged', tagPatternList: ['a*', 'b*'] }
  const one = [rule(1, tags), { ...rule(2), description: 'untagged' }]
  const other = [
    rule(20, { storageClass: 'standard' }),
    rule(10, { ...tags, tagPatternList: ['b*', 'a*'], storageClass: 'standard' }),
  ]
  expect(sameLifecycle(one, other)).toBe(true)
  expect(
    sameLifecycle(
      [rule(1, { ...tags, tagPatternList: ['a*'] })],
      [rule(1, { tagStatus: 'tagged', tagPrefixList: ['a'] })],
    ),
  ).toBe(true)
})

test.each<[string, LifecycleRule]>([
  ['another pattern', rule(1, { tagStatus: 'tagged', tagPatternList: ['a*', 'c*'] })],
  ['another number', rule(1, { tagStatus: 'tagged', tagPatternList: ['a*', 'b*'], countNumber: 6 })],
  ['another status', rule(1)],
  ['another count', rule(1, { countType: 'sinceImagePushed', countUnit: 'days' })],
])('notices %s', (_, other) => {
  expect(sameLifecycle([rule(1, { tagStatus: 'tagged', tagPatternList: ['a*', 'b*'] })], [other])).toBe(false)
})

test('notices rules in another order, since an image is left to the first rule that selects it', () => {
  const a: Selected = { tagStatus: 'tagged', tagPatternList: ['a*'] }
  const b: Selected = { tagStatus: 'tagged', tagPatternList: ['*'] }
  expect(sameLifecycle([rule(1, a), rule(2, b)], [rule(1, b), rule(2, a)])).toBe(false)
})

test.each([
  ['the same rules', [rule(1)], [rule(3)], true],
  ['a higher number', [rule(1)], [rule(1, { countNumber: 6 })], true],
  ['a lower number', [rule(1)], [rule(1, { countNumber: 4 })], false],
  ['one more rule', [rule(1)], [rule(1), rule(2, { tagStatus: 'any' })], false],
  [
    'a rule less, whose images the next rule may select',
    [rule(1), rule(2, { tagStatus: 'any' })],
    [rule(2, { tagStatus: 'any' })],
    false,
  ],
  ['a first policy', [], [rule(1)], false],
  [
    'another count',
    [rule(1)],
    [rule(1, { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 900 })],
    false,
  ],
])('%s may delete more images: %#', (_, before, after, expected) => {
  expect(deletesNoMore(before, after)).toBe(expected)
})

test('reads documents, and none of an unknown form', () => {
  const rules = lifecycleRules({ untagged: { days: 14 } })
  expect(parseLifecycle(lifecycleText(rules))).toEqual(rules)
  expect(parseLifecycle('{"rules": [{"rulePriority": 1}]}')).toBeUndefined()
  expect(parseLifecycle('rules')).toBeUndefined()
})

test('describes rules in words, and not more of them than fit into a sentence', () => {
  const some = lifecycleRules({ tagged: [{ tags: ['v*'], newest: 10 }], untagged: { days: 14 } })
  expect(describeRules(some)).toBe(
    'expire v* beyond the newest 10, expire untagged images 14 days after the push',
  )
  const many = lifecycleRules({
    tagged: [{ tags: Array.from({ length: 40 }, (_, n) => `v${n}.*`), newest: 10 }],
  })
  expect(describeRules(many).length).toBeLessThan(400)
  expect(describeRules(many)).toMatch(/ and \d+ more$/)
})
