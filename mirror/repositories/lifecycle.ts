/** Lifecycle policies: the rules that the list's keys stand for, their document, and what two documents have in common. */
import {
  type Expiry,
  type Lifecycle,
  type LifecycleRule,
  lifecycleRuleSchema,
} from '../list/repositories/lifecycle-schema.ts'
import { listed } from '../words.ts'

type Selection = LifecycleRule['selection']

/**
 * A rule for each tag pattern, because ECR applies a rule with several patterns only to images that have a tag for each
 * of them.
 */
export function lifecycleRules({ tagged = [], untagged, any, rules }: Lifecycle): readonly LifecycleRule[] {
  if (rules !== undefined) return rules
  const selections: Selection[] = [
    ...tagged.flatMap(({ tags, ...expiry }) =>
      tags.map((tag) => ({ tagStatus: 'tagged' as const, tagPatternList: [tag], ...countOf(expiry) })),
    ),
    ...(untagged === undefined ? [] : [{ tagStatus: 'untagged' as const, ...countOf(untagged) }]),
    // ECR requires this one to be the last.
    ...(any === undefined ? [] : [{ tagStatus: 'any' as const, ...countOf(any) }]),
  ]
  return selections.map((selection, index) => ({
    rulePriority: index + 1,
    description: describeRule(selection),
    selection,
    action: { type: 'expire' },
  }))
}

function countOf({ days, newest }: Expiry): Pick<Selection, 'countType' | 'countUnit' | 'countNumber'> {
  if (days !== undefined) return { countType: 'sinceImagePushed', countUnit: 'days', countNumber: days }
  return { countType: 'imageCountMoreThan', countNumber: newest ?? 1 }
}

export function lifecycleText(rules: readonly LifecycleRule[]): string {
  return JSON.stringify({ rules })
}

/** Width of rules in a sentence. */
const MAX_WIDTH = 300

/** `v* beyond the newest 10; untagged after 14 days` */
export function describeRules(rules: readonly LifecycleRule[]): string {
  return listed(
    ordered(rules).map(({ selection, action }) => `${action.type} ${describeRule(selection)}`),
    MAX_WIDTH,
  )
}

function describeRule({
  tagStatus,
  tagPatternList,
  tagPrefixList,
  countType,
  countNumber,
}: Selection): string {
  const names = tagPatternList ?? tagPrefixList?.map((prefix) => `${prefix}*`) ?? []
  const what = tagStatus === 'tagged' ? names.join(' with ') : `${tagStatus} images`
  if (countType === 'imageCountMoreThan') return `${what} beyond the newest ${countNumber}`
  const since = {
    sinceImagePushed: 'the push',
    sinceImagePulled: 'the last pull',
    sinceImageTransitioned: 'archiving',
  }
  return `${what} ${countNumber} days after ${since[countType]}`
}

/** The rules of a document; undefined if it cannot be read, as when ECR has rules that are not known here. */
export function parseLifecycle(text: string): readonly LifecycleRule[] | undefined {
  try {
    const document: unknown = JSON.parse(text)
    const rules =
      typeof document === 'object' && document !== null && 'rules' in document ? document.rules : []
    return lifecycleRuleSchema.array().safeParse(rules).data
  } catch {
    return undefined
  }
}

/** Compares rules by what they do: numbers of priorities, descriptions, defaults and the order of patterns do not count. */
export function sameLifecycle(some: readonly LifecycleRule[], others: readonly LifecycleRule[]): boolean {
  return JSON.stringify(ordered(some).map(meaning)) === JSON.stringify(ordered(others).map(meaning))
}

/**
 * Whether the second rules delete no image that the first keep: the same rules, with higher numbers. Anything else is
 * assumed to delete more, because an image that a rule selects is left alone by all later rules.
 */
export function deletesNoMore(before: readonly LifecycleRule[], after: readonly LifecycleRule[]): boolean {
  const [old, next] = [ordered(before), ordered(after)]
  return (
    old.length === next.length &&
    old.every((rule, index) => {
      const other = next[index]
      return (
        other !== undefined &&
        other.selection.countNumber >= rule.selection.countNumber &&
        sameLifecycle([withCount(rule)], [withCount(other)])
      )
    })
  )
}

function withCount(rule: LifecycleRule): LifecycleRule {
  return { ...rule, selection: { ...rule.selection, countNumber: 1 } }
}

function ordered(rules: readonly LifecycleRule[]): LifecycleRule[] {
  return rules.toSorted((a, b) => a.rulePriority - b.rulePriority)
}

function meaning({ selection, action }: LifecycleRule): unknown[] {
  const { tagStatus, tagPatternList = [], tagPrefixList = [], storageClass = 'standard' } = selection
  return [
    tagStatus,
    // A prefix is a pattern that ends with a wildcard.
    [...new Set([...tagPatternList, ...tagPrefixList.map((prefix) => `${prefix}*`)])].sort(),
    storageClass,
    selection.countType,
    selection.countNumber,
    action.type,
    action.targetStorageClass ?? (action.type === 'transition' ? 'archive' : ''),
  ]
}
