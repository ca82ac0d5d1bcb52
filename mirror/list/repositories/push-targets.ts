/** The repositories in Amazon ECR that copies of pushes go to. */
import { type EcrTarget, isEcrTarget } from '../../repositories/wanted.ts'
import type { List } from '../config.ts'
import { targetsOf } from '../entry.ts'
import { REGIONS_TARGET } from '../targets/schema.ts'

/** Names of repositories are patterns, because people push to any that `push.repositories` matches. */
export function pushTargets(list: List): EcrTarget[] {
  const { push } = list
  if (push === undefined) return []
  const { to: targets = [REGIONS_TARGET], regions } = push
  return targetsOf({ targets, regions }, { registry: '*', repository: '*' }, list).filter(isEcrTarget)
}
