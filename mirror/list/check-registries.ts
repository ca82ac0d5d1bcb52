/** Checks the settings of single registries: that each key is a host, and that its settings apply to it. */
import { ECR_PUBLIC } from '../../registry/ecr/ecr-host.ts'
import { foldHost } from '../../registry/model/reference.ts'
import type { List } from './config.ts'
import { type Problem, problemsAt } from './document/problems.ts'
import { partitionOf } from './partitions.ts'

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/

export function checkRegistries({
  registries = {},
  regions,
}: Pick<List, 'registries' | 'regions'>): Problem[] {
  return Object.entries(registries).flatMap(([host, { credentials }]) => [
    ...problemsAt(['registries', host], hostProblem(host)),
    ...problemsAt(
      ['registries', host, 'credentials'],
      credentials === undefined ? undefined : iamProblem(host, regions),
    ),
  ])
}

/** Returns why this is not the host of a registry as lists write it; undefined if it is. */
export function hostProblem(host: string): string | undefined {
  const folded = foldHost(host)
  if (folded !== host) return `must be written as "${folded}"`
  return HOST.test(host) ? undefined : 'is not the host of a registry, such as "quay.io"'
}

function iamProblem(host: string, [region]: List['regions']): string | undefined {
  if (host !== ECR_PUBLIC) {
    return `"iam" is only for ${ECR_PUBLIC}; private ECR registries need no credentials, and other registries need a secret`
  }
  const partition = region === undefined ? 'aws' : partitionOf(region)
  return partition === 'aws'
    ? undefined
    : `"iam" does not work for ${ECR_PUBLIC} from the partition ${partition}`
}
