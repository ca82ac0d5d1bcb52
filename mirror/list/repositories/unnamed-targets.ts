/** The repositories in Amazon ECR that a list does not name: those of pushes, and of images from elsewhere. */
import { type EcrTarget, isEcrTarget } from '../../repositories/wanted.ts'
import type { Image, List } from '../config.ts'
import { targetsOf } from '../entry.ts'
import { REGIONS_TARGET } from '../targets/schema.ts'

/** The targets that copies of pushes go to. Names of repositories are patterns: people push to any that match. */
export function pushTargets(list: List): EcrTarget[] {
  const { push } = list
  if (push === undefined) return []
  const { to: targets = [REGIONS_TARGET], regions } = push
  return ecrTargets(list, { targets, regions })
}

/** The targets that images from elsewhere may go to: all. */
export function elsewhereTargets(list: List): EcrTarget[] {
  if (list.imagesFrom === undefined) return []
  const targets = [REGIONS_TARGET, ...Object.keys(list.targets ?? {})]
  return ecrTargets(list, { targets, regions: list.regions })
}

function ecrTargets(list: List, named: Pick<Image, 'targets' | 'regions'>): EcrTarget[] {
  return targetsOf(named, { registry: '*', repository: '*' }, list).filter(isEcrTarget)
}
