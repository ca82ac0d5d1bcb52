/** Configures the embedded services for the other accounts of a list, and for ECR Public. */

import type { List } from '../../mirror/list/config.ts'
import { ecrHost, partitionOf } from '../../mirror/list/partitions.ts'
import { repositoriesOfAccount } from '../../mirror/list/targets/repositories-at.ts'
import { mayPrune } from '../../mirror/list/time/may-prune.ts'
import { settingsActions } from '../../mirror/repositories/actions.ts'
import { defaultRoles, registryPolicy } from '../../mirror/target-account/documents.ts'
import { ECR_PUBLIC, parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import { endpointVariable } from '../../registry/http/endpoint.ts'
import type { Cloud } from '../cloud.ts'
import type { OtherAccount } from './sts.ts'

/** @param own - this account, which the registry policies of targets without a role let in */
export function accountsOf(list: List, own: string): OtherAccount[] {
  const given = [...targetsOf(list, own), ...sourcesOf(list)]
  return [...Map.groupBy(given, ({ account }) => account)].map(([account, some]) => ({
    account,
    regions: [...new Set(some.flatMap(({ regions }) => regions))],
    roles: some.flatMap(({ roles }) => roles),
    registryPolicies: Object.assign({}, ...some.map(({ registryPolicies }) => registryPolicies)),
  }))
}

function targetsOf(list: List, own: string): OtherAccount[] {
  return Object.entries(list.targets ?? {}).flatMap(([name, target]): OtherAccount[] => {
    if (!('account' in target)) return []
    const { account, regions, role, externalId } = target
    if (role !== undefined) return [{ account, regions, roles: [{ role, externalId }] }]
    const policies = regions.map((region) => {
      const partition = partitionOf(region)
      const opened = {
        account,
        partition,
        regions,
        repositories: repositoriesOfAccount(list, name),
        prunes: mayPrune(list),
        settings: settingsActions(list, ({ id }) => id.startsWith(`${name}/`)),
      }
      return [region, registryPolicy({ account: own, roles: defaultRoles(partition, own) }, opened, region)]
    })
    return [{ account, regions, roles: [], registryPolicies: Object.fromEntries(policies) }]
  })
}

/** Accounts whose ECR is read with a role. */
function sourcesOf({ registries = {} }: List): OtherAccount[] {
  return Object.entries(registries).flatMap(([host, { role, externalId }]): OtherAccount[] => {
    const ecr = parseEcrHost(host)
    if (ecr === undefined || role === undefined) return []
    return [{ account: ecr.account, regions: [ecr.region], roles: [{ role, externalId }] }]
  })
}

/** The first part of each name in ECR Public, if the list has a target there. */
export function publicAliasOf({ targets = {} }: List): string | undefined {
  for (const target of Object.values(targets)) {
    if ('registry' in target && target.registry === ECR_PUBLIC) return target.namespace?.split('/')[0]
  }
  return undefined
}

/** Variables that lead the hosts of other accounts, and of ECR Public, to the embedded registries. */
export function endpointsOf({
  others,
  publicAddress,
}: Pick<Cloud, 'others' | 'publicAddress'>): Record<string, string> {
  const publicly =
    publicAddress === undefined ? {} : { [endpointVariable(ECR_PUBLIC)]: `http://${publicAddress}` }
  const ofAccounts = Object.fromEntries(
    others.map(({ account, region, address }) => [
      endpointVariable(ecrHost(account, region)),
      `http://${address}`,
    ]),
  )
  return { ...publicly, ...ofAccounts }
}
