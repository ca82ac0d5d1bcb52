/** The repositories in Amazon ECR that copies of pushes go to. */
import { type EcrTarget, isEcrTarget } from '../../repositories/wanted.ts'
import type { List } from '../config.ts'
import { readEntry } from '../entry.ts'
import { REGIONS_TARGET } from '../targets/schema.ts'

/** Any image: pushes choose targets as images do. */
const PUSHED = { source: 'docker.io/library/pushed:any' }

export function pushTargets(list: List): EcrTarget[] {
  const { push } = list
  if (push === undefined) return []
  const { to: targets = [REGIONS_TARGET], regions } = push
  return readEntry({ ...PUSHED, targets, ...(regions && { regions }) }, list).targets.filter(isEcrTarget)
}
