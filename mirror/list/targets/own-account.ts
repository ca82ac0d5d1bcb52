/** Finds targets that are the mirror's own account, whose pushes would come back as pushes of people. */
import type { List } from '../config.ts'
import { type Problem, problemAt } from '../document/problems.ts'

/** @param own - this account, if known */
export function ownAccountTargets(
  { targets = {} }: Pick<List, 'targets'>,
  own: string | undefined,
): Problem[] {
  return Object.entries(targets).flatMap(([name, target]) =>
    'account' in target && target.account === own
      ? [
          problemAt(
            ['targets', name, 'account'],
            `"${own}" is the mirror's own account; name its regions in "regions", and remove the target`,
          ),
        ]
      : [],
  )
}
