/** Implements the command `target-account`: the template with which another account lets the mirror in. */

import { ErrorName } from '../../mirror/error-name.ts'
import { namedError } from '../../mirror/failure.ts'
import type { List } from '../../mirror/list/config.ts'
import { partitionOf } from '../../mirror/list/partitions.ts'
import { repositoriesOfAccount } from '../../mirror/list/targets/repositories-at.ts'
import type { AccountTarget } from '../../mirror/list/targets/schema.ts'
import { mayPrune } from '../../mirror/list/time/may-prune.ts'
import { didYouMean } from '../../mirror/nearest.ts'
import { settingsActions } from '../../mirror/repositories/actions.ts'
import { defaultRoles } from '../../mirror/target-account/documents.ts'
import { registryTemplate, roleTemplate } from '../../mirror/target-account/template.ts'
import { readList } from '../read-list.ts'
import { printJson } from '../terminal/print.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { TargetAccountOptions } from './command.ts'

/** Returns the exit status. */
export async function printTargetAccount(
  { name, list: file, mirrorAccount, mirrorRoles }: TargetAccountOptions,
  { stdout }: Terminal,
): Promise<number> {
  const list = await readList(file, { flag: '--list' })
  const target = accountNamed(name, list)
  const partition = partitionOf(target.regions[0] ?? '')
  const guest = { account: mirrorAccount, roles: mirrorRoles ?? defaultRoles(partition, mirrorAccount) }
  const { account, regions, externalId } = target
  const opened = {
    account,
    partition,
    regions,
    repositories: repositoriesOfAccount(list, name),
    prunes: mayPrune(list),
    settings: settingsActions(list, ({ id }) => id.startsWith(`${name}/`)),
  }
  if (opened.repositories.length === 0) {
    throw namedError(
      ErrorName.InvalidInput,
      `no image of ${file} goes to "${name}", so there is nothing to allow; add one, or name another target`,
    )
  }
  printJson(
    stdout,
    target.role === undefined
      ? registryTemplate(guest, opened)
      : roleTemplate(guest, opened, { ...nameOfRole(target.role), externalId }),
  )
  return 0
}

function accountNamed(name: string, { targets = {} }: List): AccountTarget {
  const target = targets[name]
  const accounts = Object.keys(targets).filter((one) => 'account' in (targets[one] ?? {}))
  if (target !== undefined && 'account' in target) return target
  const known = accounts.length === 0 ? 'it has no such targets' : `it has ${accounts.join(', ')}`
  throw namedError(
    ErrorName.InvalidInput,
    `the list has no target "${name}" in another account; ${known}${didYouMean(name, accounts)}`,
  )
}

/** `arn:aws:iam::210987654321:role/team/mirror` -> `mirror`, `/team/`. */
function nameOfRole(arn: string): { readonly name: string; readonly path: string } {
  const path = arn.slice(arn.indexOf(':role/') + ':role'.length)
  const slash = path.lastIndexOf('/')
  return { name: path.slice(slash + 1), path: path.slice(0, slash + 1) }
}
