/** Finds repository names that ECR or another target refuses. In a run, each fails only its own pairs. */
import { parseEcrHost } from '../../../registry/ecr/ecr-host.ts'
import { nameProblemAt } from '../../target.ts'
import type { List } from '../config.ts'
import { type Problem, problemAt } from '../document/problems.ts'
import { longForm, readEntries } from '../entry.ts'
import { isNamespace } from '../namespaces/namespace.ts'

/** @param list - a list without other problems */
export function checkTargets(list: List): Problem[] {
  return list.images.flatMap((given, index) => {
    const wrong = readEntries(given, list)
      .filter(({ ref }) => !isNamespace(ref))
      .map(
        ({ repository, targets }) =>
          targets.map((target) => nameProblemAt(target, repository)).find((found) => found !== undefined) ??
          hostProblem(repository),
      )
      .find((found) => found !== undefined)
    if (wrong === undefined) return []
    const key =
      (['to', 'repository'] as const).find((name) => longForm(given)[name] !== undefined) ?? 'source'
    const path = ['images', index, ...(typeof given === 'string' ? [] : [key])]
    return [problemAt(path, wrong)]
  })
}

/** ECR accepts dots in names, so the address of a registry is a valid name. */
function hostProblem(repository: string): string | undefined {
  const [host = '', ...path] = repository.split('/')
  if (parseEcrHost(host) === undefined) return undefined
  return `"${repository}" begins with the host of a registry; the repository is "${path.join('/')}"`
}
