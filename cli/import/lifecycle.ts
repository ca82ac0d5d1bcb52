/** Turns lifecycle rules of other tools into the `lifecycle` of repositories: by its keys if they can say it. */
import { checkLifecycle } from '../../mirror/list/repositories/check-lifecycle.ts'
import {
  type Expiry,
  type Lifecycle,
  type LifecycleRule,
  lifecycleSchema,
} from '../../mirror/list/repositories/lifecycle-schema.ts'
import { lifecycleRules, parseLifecycle, sameLifecycle } from '../../mirror/repositories/lifecycle.ts'
import type { Node, Reader } from './read/node.ts'

/** The document of a policy in ECR. Returns undefined if it cannot be used. */
export function lifecycleOfDocument(text: string): Lifecycle | undefined {
  const rules = parseLifecycle(text) ?? []
  return rules.length === 0 ? undefined : usable(readable(rules))
}

/**
 * A lifecycle rule as the CDK has them. Returns undefined if it cannot be used.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ecr.LifecycleRule.html
 */
export function lifecycleOfCdkRule(node: Node, reader: Reader): Lifecycle | undefined {
  const count = numberIn(reader.textAt(node, 'maxImageCount'))
  const days = daysIn(reader.get(node, 'maxImageAge'), reader)
  const prefixes = reader.texts(reader.get(node, 'tagPrefixList'), 'a prefix')
  const patterns = reader.texts(reader.get(node, 'tagPatternList'), 'a pattern')
  const status = reader
    .textAt(node, 'tagStatus')
    ?.toLowerCase()
    .replace(/^tagstatus\./, '')
  const isTagged = prefixes.length + patterns.length > 0
  const tagStatus = isTagged ? 'tagged' : status === 'untagged' ? 'untagged' : 'any'
  if ((count === undefined) === (days === undefined) || (status === 'tagged' && !isTagged)) return undefined
  const rule: LifecycleRule = {
    rulePriority: 1,
    selection: {
      tagStatus,
      ...(prefixes.length > 0 && { tagPrefixList: prefixes }),
      ...(patterns.length > 0 && { tagPatternList: patterns }),
      ...(days === undefined
        ? { countType: 'imageCountMoreThan', countNumber: count ?? 0 }
        : { countType: 'sinceImagePushed', countUnit: 'days', countNumber: days }),
    },
    action: { type: 'expire' },
  }
  return usable(readable([rule]))
}

/** A number of days, an ISO 8601 duration (`P30D`), or a duration of the CDK as JSON. */
function daysIn(node: Node | undefined, reader: Reader): number | undefined {
  if (node?.text !== undefined) return numberIn(/^(?:P(?=\d))?(\d{1,6})D?$/.exec(node.text)?.[1])
  const unit = reader.get(node, 'unit')
  const label = unit?.text ?? reader.textAt(unit, 'label') ?? 'days'
  return label === 'days' ? numberIn(reader.textAt(node, 'days') ?? reader.textAt(node, 'amount')) : undefined
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined
}

/** The keys of the list, unless they would mean something else. */
function readable(rules: readonly LifecycleRule[]): Lifecycle {
  const of = (status: LifecycleRule['selection']['tagStatus']) =>
    rules.map(({ selection }) => selection).find(({ tagStatus }) => tagStatus === status)
  const tagged = rules.flatMap(({ selection }) =>
    selection.tagStatus === 'tagged' ? [{ tags: tagsOf(selection), ...expiryOf(selection) }] : [],
  )
  const [untagged, any] = [of('untagged'), of('any')]
  const keys: Lifecycle = {
    ...(tagged.length > 0 && { tagged }),
    ...(untagged && { untagged: expiryOf(untagged) }),
    ...(any && { any: expiryOf(any) }),
  }
  const inOrder = rules.toSorted((a, b) => orderOf(a) - orderOf(b))
  const renumbered = inOrder.map((rule, index) => ({ ...rule, rulePriority: index + 1 }))
  return sameLifecycle(lifecycleRules(keys), renumbered) ? keys : { rules: [...rules] }
}

/** Rules about tags and about no tag never select the same image, so their order does not matter. */
function orderOf({ selection: { tagStatus }, rulePriority }: LifecycleRule): number {
  return rulePriority + (tagStatus === 'tagged' ? 0 : tagStatus === 'untagged' ? 1e9 : 2e9)
}

function tagsOf({ tagPatternList, tagPrefixList = [] }: LifecycleRule['selection']): string[] {
  return [...(tagPatternList ?? tagPrefixList.map((prefix) => `${prefix}*`))]
}

function expiryOf({ countType, countNumber }: LifecycleRule['selection']): Expiry {
  return countType === 'imageCountMoreThan' ? { newest: countNumber } : { days: countNumber }
}

function usable(lifecycle: Lifecycle): Lifecycle | undefined {
  const { success } = lifecycleSchema.safeParse(lifecycle)
  return success && checkLifecycle(lifecycle, []).length === 0 ? lifecycle : undefined
}
