/** Checks the settings of single registries: that each key is a host, and that its settings apply to it. */
import { ECR_PUBLIC, parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import { foldHost } from '../../registry/model/reference.ts'
import type { List, Region } from './config.ts'
import { type Problem, problemsAt } from './document/problems.ts'
import { homeOf } from './home.ts'
import { partitionOf } from './partitions.ts'
import { ROLE } from './targets/schema.ts'

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/

export function checkRegistries({
  registries = {},
  ...list
}: Pick<List, 'registries' | 'regions' | 'home'>): Problem[] {
  const home = homeOf(list)
  return Object.entries(registries).flatMap(([host, { credentials, role, externalId }]) => [
    ...problemsAt(['registries', host], hostProblem(host)),
    ...problemsAt(['registries', host, 'role'], role === undefined ? undefined : roleProblem(host, role)),
    ...problemsAt(
      ['registries', host, 'externalId'],
      role === undefined && externalId !== undefined ? 'has no effect without "role"; remove it' : undefined,
    ),
    ...problemsAt(
      ['registries', host, 'credentials'],
      credentials === undefined ? undefined : iamProblem(host, home),
    ),
  ])
}

/** Returns why this is not the host of a registry as lists write it; undefined if it is. */
export function hostProblem(host: string): string | undefined {
  const folded = foldHost(host)
  if (folded !== host) return `must be written as "${folded}"`
  if (HOST.test(host)) return undefined
  const [scheme] = /^https?:\/\//.exec(host) ?? []
  const rest = host.slice(scheme?.length ?? 0).split('/')[0] ?? ''
  const fix = HOST.test(rest) ? `write "${rest}"` : 'write it as in "quay.io" or "harbor.example.com:5000"'
  return `"${host}" is not the host of a registry; ${fix}`
}

function roleProblem(host: string, role: string): string | undefined {
  const ecr = parseEcrHost(host)
  if (ecr === undefined)
    return `applies only to Amazon ECR, and "${host}" is another registry; it needs a secret`
  const [, , owner] = ROLE.exec(role) ?? []
  return owner === ecr.account ? undefined : `is of the account ${owner}, not ${ecr.account}`
}

function iamProblem(host: string, region: Region | undefined): string | undefined {
  if (host !== ECR_PUBLIC) {
    return `"iam" is only for ${ECR_PUBLIC}; private ECR registries need no credentials, and other registries need a secret`
  }
  const partition = region === undefined ? 'aws' : partitionOf(region)
  return partition === 'aws'
    ? undefined
    : `"iam" does not work for ${ECR_PUBLIC} from the partition ${partition}`
}
