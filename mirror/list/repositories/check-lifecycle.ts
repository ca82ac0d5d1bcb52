/**
 * Checks lifecycle policies as Amazon ECR does, so that a mistake does not fail the first push.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
import { lifecycleRules, lifecycleText } from '../../repositories/lifecycle.ts'
import { type Path, type Problem, problemAt, problemsAt } from '../document/problems.ts'
import type { Expiry, Lifecycle, LifecycleRule } from './lifecycle-schema.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
const MAX_RULES = 50
const MAX_CHARACTERS = 30_720
const MAX_WILDCARDS = 4

export function checkLifecycle(lifecycle: Lifecycle, path: Path): Problem[] {
  const { tagged = [], untagged, any, rules } = lifecycle
  if (
    rules !== undefined &&
    Object.keys(lifecycle).filter((key) => lifecycle[key as keyof Lifecycle]).length > 1
  ) {
    return [problemAt([...path, 'rules'], 'stands for all other keys; remove it, or the other keys')]
  }
  const expiries: [Expiry | undefined, Path][] = [
    ...tagged.map((expiry, index): [Expiry, Path] => [expiry, [...path, 'tagged', index]]),
    [untagged, [...path, 'untagged']],
    [any, [...path, 'any']],
  ]
  const incomplete = expiries.flatMap(([expiry, at]) => (expiry === undefined ? [] : checkExpiry(expiry, at)))
  if (incomplete.length > 0) return incomplete
  const all = lifecycleRules(lifecycle)
  const inRules = (rules ?? []).flatMap((rule, index) => checkRule(rule, [...path, 'rules', index]))
  return inRules.length > 0 ? inRules : checkAll(all, rules === undefined ? path : [...path, 'rules'])
}

function checkExpiry({ days, newest }: Expiry, path: Path): Problem[] {
  if ((days === undefined) !== (newest === undefined)) return []
  const wrong = days === undefined ? 'it says neither' : 'it says both'
  return [problemAt(path, `${wrong}: give "days", to delete by age, or "newest", to delete by number`)]
}

/** Checks a rule of ECR's own document. */
function checkRule({ selection, action }: LifecycleRule, path: Path): Problem[] {
  const { tagStatus, tagPatternList, tagPrefixList, countType, countUnit, storageClass } = selection
  const lists = [tagPatternList, tagPrefixList].filter((list) => list !== undefined).length
  const at = (key: string): Path => [...path, 'selection', key]
  const isAge = countType !== 'imageCountMoreThan'
  return [
    ...problemsAt(
      at('tagStatus'),
      tagStatus === 'tagged' && lists !== 1
        ? '"tagged" needs one of "tagPatternList" and "tagPrefixList"'
        : tagStatus !== 'tagged' && lists > 0
          ? `"${tagStatus}" excludes "tagPatternList" and "tagPrefixList"`
          : undefined,
    ),
    ...problemsAt(
      at('countUnit'),
      isAge && countUnit === undefined
        ? `must be "days" with "${countType}"`
        : !isAge && countUnit !== undefined
          ? 'has no meaning with "imageCountMoreThan"; remove it'
          : undefined,
    ),
    ...problemsAt(
      at('storageClass'),
      (countType === 'sinceImageTransitioned') === (storageClass === 'archive')
        ? undefined
        : '"archive" and "sinceImageTransitioned" need each other',
    ),
    ...checkAction(countType, action, [...path, 'action']),
  ]
}

function checkAction(
  countType: LifecycleRule['selection']['countType'],
  { type, targetStorageClass }: LifecycleRule['action'],
  path: Path,
): Problem[] {
  if (type === 'transition' && targetStorageClass === undefined)
    return [problemAt(path, '"transition" needs "targetStorageClass: archive"')]
  if (type === 'expire' && targetStorageClass !== undefined)
    return [problemAt(path, '"expire" has no "targetStorageClass"; remove it')]
  if (type === 'expire' && countType === 'sinceImagePulled')
    return [problemAt(path, '"sinceImagePulled" can only archive images: use "transition"')]
  return []
}

/** Checks what ECR requires of the rules together. */
function checkAll(rules: readonly LifecycleRule[], path: Path): Problem[] {
  const byClass = [...Map.groupBy(rules, ({ selection }) => selection.storageClass ?? 'standard').values()]
  const problems = [
    rules.length > MAX_RULES ? `has ${rules.length} rules, and ECR allows ${MAX_RULES}` : undefined,
    lengthProblem(rules),
    wildcardProblem(rules),
    repeatedPriority(rules),
    ...byClass.flatMap((of) => [statusProblem(of), lastProblem(of), samePatterns(of)]),
  ]
  return problems.flatMap((wrong) => problemsAt(path, wrong))
}

function lengthProblem(rules: readonly LifecycleRule[]): string | undefined {
  const { length } = lifecycleText(rules)
  return length > MAX_CHARACTERS ? `has ${length} characters, and ECR allows ${MAX_CHARACTERS}` : undefined
}

function wildcardProblem(rules: readonly LifecycleRule[]): string | undefined {
  const patterns = rules.flatMap(({ selection }) => selection.tagPatternList ?? [])
  const wrong = patterns.find((pattern) => pattern.split('*').length - 1 > MAX_WILDCARDS)
  return wrong === undefined ? undefined : `"${wrong}" has more than ${MAX_WILDCARDS} wildcards`
}

function repeatedPriority(rules: readonly LifecycleRule[]): string | undefined {
  const priorities = rules.map(({ rulePriority }) => rulePriority)
  const twice = priorities.find((priority, index) => priorities.indexOf(priority) !== index)
  return twice === undefined ? undefined : `two rules have the priority ${twice}; each needs its own`
}

function statusProblem(rules: readonly LifecycleRule[]): string | undefined {
  const twice = (['untagged', 'any'] as const).find(
    (status) => rules.filter(({ selection }) => selection.tagStatus === status).length > 1,
  )
  return twice === undefined ? undefined : `only one rule may be about "${twice}"`
}

function lastProblem(rules: readonly LifecycleRule[]): string | undefined {
  const any = rules.find(({ selection }) => selection.tagStatus === 'any')
  const last = Math.max(...rules.map(({ rulePriority }) => rulePriority))
  if (any === undefined || any.rulePriority === last) return undefined
  return `the rule about "any" must be the last, with a priority above ${last}`
}

/** ECR refuses a second rule for the same tags. */
function samePatterns(rules: readonly LifecycleRule[]): string | undefined {
  const known = new Set<string>()
  for (const { selection } of rules) {
    const { tagPatternList = [], tagPrefixList = [] } = selection
    const names = [...tagPatternList, ...tagPrefixList.map((prefix) => `${prefix}*`)].sort()
    const key = names.join(' ')
    if (names.length > 0 && known.has(key)) return `two rules are about ${key}; write one of them`
    known.add(key)
  }
  return undefined
}
