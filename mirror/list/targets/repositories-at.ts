/** The repositories that a list may write at a place, as patterns for policies. */
import type { Target } from '../../target.ts'
import { nameProblemAt, regionOf, repositoryAt } from '../../target.ts'
import type { List } from '../config.ts'
import { readEntries } from '../entry.ts'
import { isNamespace } from '../namespaces/namespace.ts'
import type { AccountTarget } from './schema.ts'
import { nameAt } from './template.ts'

/**
 * @param prefix - of the names there
 * @returns names of repositories, in which `*` stands for any characters. Includes every name below the prefix, because a run
 * with its own list creates new repositories.
 */
export function repositoriesAt(
  list: List,
  isThere: (target: Target) => boolean,
  prefix: string | undefined,
): string[] {
  const names = list.images
    .flatMap((image) => readEntries(image, list))
    .flatMap(({ ref, targets, repository }) =>
      targets
        .filter(
          (target) =>
            isThere(target) && (isNamespace(ref) || nameProblemAt(target, repository) === undefined),
        )
        .map((target) => repositoryAt(target, repository)),
    )
  const below = prefix === undefined ? [] : [`${prefix}/*`]
  return [
    ...new Set([...below, ...names.filter((name) => prefix === undefined || !name.startsWith(`${prefix}/`))]),
  ]
}

/** The repositories of this account that the mirror writes, other than those that people push to. */
export function ownRepositories(list: List): string[] {
  const { allowedRepositories = [], prefix, regions } = list
  if (regions.length === 0) return []
  const named = repositoriesAt(list, (target) => regionOf(target) !== undefined, prefix)
  return [...new Set([...named, ...allowedRepositories])]
}

/** The repositories of a target that is another account. */
export function repositoriesOfAccount(list: List, name: string): string[] {
  const target = accountNamed(list, name)
  if (target === undefined) return []
  return [...new Set([...listedAtAccount(list, name), ...pushedTo(list, name, target)])]
}

/** The same, other than the copies of what people push. Images from elsewhere may go there. */
export function listedAtAccount(list: List, name: string): string[] {
  const target = accountNamed(list, name)
  if (target === undefined) return []
  const isThere = ({ id }: Target): boolean => id.startsWith(`${name}/`)
  const { namespace, repository } = target
  const { prefix, allowedRepositories = [] } = list
  if (namespace !== undefined) return repositoriesAt(list, isThere, namespace)
  const named = repositoriesAt(list, isThere, repository === undefined ? prefix : undefined)
  return [...new Set([...named, ...allowedRepositories])]
}

function accountNamed({ targets }: List, name: string): AccountTarget | undefined {
  const target = targets?.[name]
  return target !== undefined && 'account' in target ? target : undefined
}

/** The names that pushes get at a target. */
function pushedTo({ push }: List, name: string, target: AccountTarget): string[] {
  if (push === undefined || push.to?.includes(name) !== true) return []
  return push.repositories.map((pattern) => nameAt(target, { registry: '*', repository: pattern }))
}
