/** The repositories in Amazon ECR that a list does not name: those of pushes, and of images from elsewhere. */
import { type EcrTarget, isEcrTarget } from '../../repositories/wanted.ts'
import type { List } from '../config.ts'
import { allTargets, targetsOf } from '../entry.ts'
import { REGIONS_TARGET } from '../targets/schema.ts'

/** The targets that copies of pushes go to. Names of repositories are patterns: people push to any that match. */
export function pushTargets(list: List): EcrTarget[] {
  const { push } = list
  if (push === undefined) return []
  const { to: targets = [REGIONS_TARGET], regions } = push
  return targetsOf({ targets, regions }, { registry: '*', repository: '*' }, list).filter(isEcrTarget)
}

/** The targets that images from elsewhere may go to: all. */
export function elsewhereTargets(list: List): EcrTarget[] {
  return list.imagesFrom === undefined ? [] : allTargets(list).filter(isEcrTarget)
}
