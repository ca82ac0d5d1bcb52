/** Finds pushed repositories that the mirror itself writes, so that each of its copies would start a run. */
import type { List } from '../config.ts'
import { type Problem, problemAt } from '../document/problems.ts'
import { overlap } from '../overlap.ts'
import { ownRepositories } from './repositories-at.ts'

export function ownPushes(list: List): Problem[] {
  const { push } = list
  if (push === undefined) return []
  const own = ownRepositories(list)
  return push.repositories.flatMap((pattern, index) => {
    const written = own.find((name) => overlap(pattern, name))
    if (written === undefined) return []
    const wrong = `"${pattern}" also matches "${written}", which this mirror writes itself`
    return [
      problemAt(
        ['push', 'repositories', index],
        `${wrong}, so each copy would start a run; use narrower patterns`,
      ),
    ]
  })
}
