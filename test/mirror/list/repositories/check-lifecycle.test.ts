import { expect, test } from 'vitest'
import { checkLifecycle } from '../../../../mirror/list/repositories/check-lifecycle.ts'
import { lifecycleSchema } from '../../../../mirror/list/repositories/lifecycle-schema.ts'

const expire = (rulePriority: number, selection: object, action: object = { type: 'expire' }) => ({
  rulePriority,
  selection: { countType: 'imageCountMoreThan', countNumber: 5, ...selection },
  action,
})
const untagged = { tagStatus: 'untagged' }
const tagged = (...tagPatternList: string[]) => ({ tagStatus: 'tagged', tagPatternList })
const age = { countType: 'sinceImagePushed', countUnit: 'days' }

test.each<[string, object, string]>([
  ['neither age nor number', { untagged: {} }, 'lifecycle.untagged: it says neither'],
  ['age and number', { tagged: [{ tags: ['a'], days: 1, newest: 1 }] }, 'lifecycle.tagged[0]: it says both'],
  ['five wildcards', { tagged: [{ tags: ['*a*b*c*d*'], days: 1 }] }, '"*a*b*c*d*" has more than 4 wildcards'],
  ['a pattern twice', { tagged: [{ tags: ['a*', 'a*'], days: 1 }] }, 'two rules are about a*'],
  [
    '51 patterns',
    { tagged: [{ tags: Array.from({ length: 51 }, (_, n) => `a${n}`), days: 1 }] },
    'has 51 rules, and ECR allows 50',
  ],
  [
    'rules beside keys',
    { any: { days: 1 }, rules: [expire(1, untagged)] },
    'lifecycle.rules: stands for all other keys',
  ],
  [
    'a priority twice',
    { rules: [expire(1, untagged), expire(1, tagged('a'))] },
    'two rules have the priority 1',
  ],
  [
    'two rules about untagged images',
    { rules: [expire(1, untagged), expire(2, untagged)] },
    'only one rule may be about "untagged"',
  ],
  [
    '"any" before others',
    { rules: [expire(1, { tagStatus: 'any' }), expire(2, untagged)] },
    'the rule about "any" must be the last',
  ],
  [
    'tagged images without tags',
    { rules: [expire(1, { tagStatus: 'tagged' })] },
    'rules[0].selection.tagStatus: "tagged" needs one of',
  ],
  ['tags of untagged images', { rules: [expire(1, { ...tagged('a'), ...untagged })] }, '"untagged" excludes'],
  [
    'an age without unit',
    { rules: [expire(1, { ...untagged, countType: 'sinceImagePushed' })] },
    'countUnit: must be "days"',
  ],
  [
    'a number with a unit',
    { rules: [expire(1, { ...untagged, countUnit: 'days' })] },
    'countUnit: has no meaning',
  ],
  [
    'a deletion by pulls',
    { rules: [expire(1, { ...untagged, ...age, countType: 'sinceImagePulled' })] },
    '"sinceImagePulled" can only archive',
  ],
  [
    'a transition to nowhere',
    { rules: [expire(1, { ...untagged, ...age }, { type: 'transition' })] },
    '"transition" needs "targetStorageClass: archive"',
  ],
  [
    'a deletion to somewhere',
    { rules: [expire(1, untagged, { type: 'expire', targetStorageClass: 'archive' })] },
    '"expire" has no "targetStorageClass"',
  ],
  [
    'archived images by pushes',
    { rules: [expire(1, { ...untagged, ...age, storageClass: 'archive' })] },
    'need each other',
  ],
  [
    'more than 30,720 characters',
    {
      rules: Array.from({ length: 50 }, (_, n) => ({
        ...expire(n + 1, tagged(`a${n}`)),
        description: 'x'.repeat(700),
      })),
    },
    'and ECR allows 30720',
  ],
])('refuses %s', (_, lifecycle, why) => {
  const problems = checkLifecycle(lifecycleSchema.parse(lifecycle), ['repositories', 'lifecycle'])
  expect(problems.map(({ text }) => text).join()).toContain(why)
})
