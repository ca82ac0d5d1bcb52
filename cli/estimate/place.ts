/** Where a target is, as far as that changes its price. */
import type { PlaceKind } from '../../estimate/workload.ts'
import type { List } from '../../mirror/list/config.ts'
import { homeOf } from '../../mirror/list/home.ts'
import { isEcrTarget } from '../../mirror/repositories/wanted.ts'
import type { Target } from '../../mirror/target.ts'
import { ECR_PUBLIC } from '../../registry/ecr/ecr-host.ts'

/** The region of all prices, of ECR Public, and of a stack whose list names no region. */
export const PRICED_REGION = 'us-east-1'

export function placeOf(target: Target, list: Pick<List, 'home' | 'regions'>): PlaceKind {
  const home = homeOf(list) ?? PRICED_REGION
  if (!isEcrTarget(target)) {
    if (target.registry !== ECR_PUBLIC) return 'registry'
    return home === PRICED_REGION ? 'gallery' : 'farGallery'
  }
  const isNear = target.region === home
  if (target.kind === 'region') return isNear ? 'home' : 'region'
  return isNear ? 'account' : 'farAccount'
}
