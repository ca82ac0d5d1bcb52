/** Finds entries whose target repository ECR would refuse: each fails only its own image, in every run. */
import type { List } from './config.ts'
import { type Problem, problemAt } from './document/problems.ts'
import { longForm, readEntry } from './entry.ts'
import { targetProblem } from './names.ts'

/** @param list - a list without other problems */
export function checkTargets(list: List): Problem[] {
  return list.images.flatMap((given, index) => {
    const wrong = targetProblem(readEntry(given, list).repository)
    if (wrong === undefined) return []
    const key = longForm(given).repository === undefined ? 'source' : 'repository'
    const path = ['images', index, ...(typeof given === 'string' ? [] : [key])]
    return [problemAt(path, wrong)]
  })
}
