// Lifecycle policies as the embedded ECR refuses and returns them.
import {
  CreateRepositoryCommand,
  GetLifecyclePolicyCommand,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../cloud.ts'

let cloud: TestCloud
const repositoryName = 'app'

beforeAll(async () => {
  cloud = await startTestCloud()
  await cloud.client().send(new CreateRepositoryCommand({ repositoryName }))
})
afterAll(() => cloud[Symbol.asyncDispose]())

const COUNT = { countType: 'imageCountMoreThan', countNumber: 5 }
const rule = (rulePriority: number, selection: object = {}, action: object = { type: 'expire' }) => ({
  rulePriority,
  description: 'a rule with a description that makes the document as long as ECR requires',
  selection: { tagStatus: 'untagged', ...COUNT, ...selection },
  action,
})
const tagged = (...tagPatternList: string[]) => ({ tagStatus: 'tagged', tagPatternList })
const put = (value: unknown) =>
  cloud
    .client()
    .send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: JSON.stringify(value) }))

test('returns rules by priority, keys and patterns in another order, with the storage class filled in', async () => {
  await put({ rules: [rule(20), rule(10, tagged('b*', 'a*'))] })
  const { lifecyclePolicyText = '', lastEvaluatedAt } = await cloud
    .client()
    .send(new GetLifecyclePolicyCommand({ repositoryName }))
  const { rules } = JSON.parse(lifecyclePolicyText)
  expect(rules.map((one: { rulePriority: number }) => one.rulePriority)).toEqual([10, 20])
  expect(rules[0].selection).toEqual({
    ...COUNT,
    tagStatus: 'tagged',
    tagPatternList: ['a*', 'b*'],
    storageClass: 'standard',
  })
  expect(lastEvaluatedAt).toBeInstanceOf(Date)
})

test.each<[string, unknown, string]>([
  ['two rules about untagged images', [rule(1), rule(2)], 'Only one rule can select Untagged images'],
  [
    'a rule about any image that is not the last',
    [rule(1, { tagStatus: 'any' }), rule(2)],
    'tagStatus=ANY must have the lowest',
  ],
  [
    'a rule about tagged images without tags',
    [rule(1, { tagStatus: 'tagged' })],
    'Must specify tagPrefixList or tagPatternList',
  ],
  [
    'prefixes with patterns',
    [rule(1, { ...tagged('a*'), tagPrefixList: ['a'] })],
    'cannot be specified together',
  ],
  [
    'patterns without tags',
    [rule(1, { tagPatternList: ['a*'] })],
    'can only be specified when tagStatus=TAGGED',
  ],
  ['five wildcards', [rule(1, tagged('*a*b*c*d*'))], 'at most 4 wildcards'],
  ['the same priority twice', [rule(1), rule(1, tagged('a*'))], 'priorities must be unique'],
  [
    'the same patterns twice',
    [rule(1, tagged('a*', 'b*')), rule(2, tagged('b*', 'a*'))],
    'unique tag prefixes',
  ],
  ['an age without its unit', [rule(1, { countType: 'sinceImagePushed' })], 'countUnit'],
  ['a number with a unit', [rule(1, { countUnit: 'days' })], 'countUnit'],
  ['a null in an action', [rule(1, {}, { type: 'expire', targetStorageClass: null })], 'action'],
  [
    'a deletion by pulls',
    [rule(1, { countType: 'sinceImagePulled', countUnit: 'days' })],
    'only be used to transition',
  ],
  ['an unknown key', [{ ...rule(1), enabled: true }], 'Unrecognized key'],
  ['51 rules', Array.from({ length: 51 }, (_, n) => rule(n + 1, tagged(`a${n}`))), 'at most 50 rules'],
])('refuses %s', async (_, rules, why) => {
  await expect(put({ rules })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining(why),
  })
})

test('refuses text that is no JSON, and text that is too short or too long', async () => {
  const send = (lifecyclePolicyText: string) =>
    cloud.client().send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }))
  for (const text of ['x'.repeat(200), '{}', ' '.repeat(30_721)]) {
    await expect(send(text)).rejects.toMatchObject({ name: 'InvalidParameterException' })
  }
})
