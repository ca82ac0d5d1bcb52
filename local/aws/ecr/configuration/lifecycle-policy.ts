/**
 * Lifecycle policies as ECR checks and returns them.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
import { z } from 'zod'
import { AwsError } from '../../aws-json.ts'
import { invalidParameter } from '../messages.ts'

const MAX_RULES = 50
const MAX_WILDCARDS = 4
const names = z.array(z.string().min(1)).min(1)

const selection = z.strictObject({
  tagStatus: z.enum(['tagged', 'untagged', 'any']),
  tagPrefixList: names.optional(),
  tagPatternList: names.optional(),
  storageClass: z.enum(['standard', 'archive']).default('standard'),
  countType: z.enum(['imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned']),
  countUnit: z.literal('days').optional(),
  countNumber: z.int().min(1),
})

/** A null in an action is refused too: https://github.com/cloudposse/terraform-aws-ecr/issues/158 */
const action = z.union([
  z.strictObject({ type: z.literal('expire') }),
  z.strictObject({ type: z.literal('transition'), targetStorageClass: z.literal('archive') }),
])

const document = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        rulePriority: z.int().min(1),
        description: z.string().optional(),
        selection,
        action,
      }),
    )
    .min(1),
})
type Rule = z.infer<typeof document>['rules'][number]

/**
 * The policy as ECR returns it: rules by priority, with the storage class filled in. ECR returns keys in another order
 * than they were given: https://github.com/hashicorp/terraform-provider-aws/issues/3839
 * @throws {AwsError} InvalidParameterException
 */
export function storedLifecyclePolicy(text: string): string {
  const { rules } = parse(text)
  for (const rule of rules) checkRule(rule)
  checkTogether(rules)
  const stored = rules
    .toSorted((a, b) => a.rulePriority - b.rulePriority)
    .map(
      ({ rulePriority, description, selection: { tagPatternList, tagPrefixList, ...others }, action }) => ({
        action,
        selection: {
          ...(tagPatternList && { tagPatternList: tagPatternList.toSorted() }),
          ...(tagPrefixList && { tagPrefixList: tagPrefixList.toSorted() }),
          ...others,
        },
        ...(description === undefined ? {} : { description }),
        rulePriority,
      }),
    )
  return JSON.stringify({ rules: stored })
}

function parse(text: string): z.infer<typeof document> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refuse('Could not map policyString into LifecyclePolicy.')
  }
  const parsed = document.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw refuse(`${issue?.message ?? 'the document is not valid'} at ${issue?.path.join('/') ?? ''}`)
}

function checkRule({ selection: given, action: { type } }: Rule): void {
  const { tagStatus, tagPrefixList, tagPatternList, countType, countUnit, storageClass } = given
  const lists = [tagPrefixList, tagPatternList].filter((list) => list !== undefined)
  if (tagStatus === 'tagged' && lists.length === 0)
    throw refuse('Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.')
  if (lists.length === 2) throw refuse('tagPrefixList and tagPatternList cannot be specified together.')
  if (tagStatus !== 'tagged' && lists.length > 0)
    throw refuse('tagPrefixList and tagPatternList can only be specified when tagStatus=TAGGED.')
  if (tagPatternList?.some((pattern) => pattern.split('*').length - 1 > MAX_WILDCARDS))
    throw refuse(`A tag pattern can have at most ${MAX_WILDCARDS} wildcards.`)
  if ((countType !== 'imageCountMoreThan') !== (countUnit !== undefined))
    throw refuse('countUnit must be specified with an age, and only with one.')
  if ((countType === 'sinceImageTransitioned') !== (storageClass === 'archive'))
    throw refuse('storageClass=ARCHIVE must be specified with sinceImageTransitioned, and only with it.')
  if (countType === 'sinceImagePulled' && type !== 'transition')
    throw refuse('sinceImagePulled can only be used to transition images.')
}

function checkTogether(rules: readonly Rule[]): void {
  if (rules.length > MAX_RULES) throw refuse(`A policy can have at most ${MAX_RULES} rules.`)
  const priorities = rules.map(({ rulePriority }) => rulePriority)
  if (new Set(priorities).size < rules.length) throw refuse('Rule priorities must be unique.')
  for (const of of Map.groupBy(rules, (rule) => rule.selection.storageClass).values()) {
    const withStatus = (status: string) => of.filter((rule) => rule.selection.tagStatus === status)
    if (withStatus('untagged').length > 1)
      throw refuse('Only one rule can select Untagged images per storage class.')
    const last = Math.max(...of.map(({ rulePriority }) => rulePriority))
    if (withStatus('any').some(({ rulePriority }) => rulePriority !== last))
      throw refuse('Rule for tagStatus=ANY must have the lowest priority per storage class.')
    const tags = withStatus('tagged').map(({ selection: { tagPatternList, tagPrefixList } }) =>
      JSON.stringify([tagPatternList?.toSorted(), tagPrefixList?.toSorted()]),
    )
    if (new Set(tags).size < tags.length) throw refuse('Rules must have unique tag prefixes and patterns.')
  }
}

function refuse(why: string): AwsError {
  const constraint = `Lifecycle policy validation failure: ${why}`
  return new AwsError('InvalidParameterException', invalidParameter('LifecyclePolicyText', constraint))
}
