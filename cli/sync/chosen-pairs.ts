/** Finds the pairs that `--only` names in a list. */
import { ErrorName } from '../../mirror/error-name.ts'
import { namedError } from '../../mirror/failure.ts'
import type { List } from '../../mirror/list/config.ts'
import { readEntries } from '../../mirror/list/entry.ts'
import { type Only, pairProblems } from '../../mirror/plan/narrow.ts'
import type { WantedPair } from './command.ts'

/** @throws InvalidInput for images and targets that the list does not have */
export function chosenPairs(list: List, wanted: readonly WantedPair[]): Only {
  const entries = list.images.flatMap((entry) => readEntries(entry, list))
  const only = wanted.flatMap((pair): Only => {
    if (pair.target !== undefined) return [pair]
    const targets = entries.filter(({ image }) => image === pair.image).flatMap((entry) => entry.targets)
    if (targets.length === 0) return [pair]
    return [...new Set(targets.map(({ id }) => id))].map((target) => ({ image: pair.image, target }))
  })
  const problems = pairProblems(entries, only).filter((wrong) => wrong !== undefined)
  if (problems.length > 0)
    throw namedError(ErrorName.InvalidInput, problems.map((wrong) => `--only: ${wrong}`).join('\n'))
  return only
}
