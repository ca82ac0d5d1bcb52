/** What the list says of single registries: that they are hosts, and that what is said can be meant of them. */
import { ECR_PUBLIC } from '../../registry/ecr/ecr-host.ts'
import { foldHost } from '../../registry/model/reference.ts'
import type { List } from './config.ts'
import { partitionOf } from './partitions.ts'
import { type Problem, pathText } from './problems.ts'

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/

export function checkRegistries({
  registries = {},
  regions,
}: Pick<List, 'registries' | 'regions'>): Problem[] {
  return Object.entries(registries).flatMap(([host, { credentials }]) => [
    ...told(['registries', host], hostProblem(host)),
    ...told(
      ['registries', host, 'credentials'],
      credentials === undefined ? undefined : iamProblem(host, regions),
    ),
  ])
}

function hostProblem(host: string): string | undefined {
  const folded = foldHost(host)
  if (folded !== host) return `is written "${folded}" here`
  return HOST.test(host) ? undefined : 'is not the host of a registry, such as "quay.io"'
}

function iamProblem(host: string, [region]: List['regions']): string | undefined {
  if (host !== ECR_PUBLIC) {
    return `"iam" is for ${ECR_PUBLIC}; ECR's private registries need no such word, and others a secret`
  }
  const partition = region === undefined ? 'aws' : partitionOf(region)
  return partition === 'aws'
    ? undefined
    : `"iam" does not reach ${ECR_PUBLIC} from the partition ${partition}`
}

function told(path: readonly string[], wrong: string | undefined): Problem[] {
  return wrong === undefined ? [] : [{ path: [...path], text: `${pathText([...path])}: ${wrong}` }]
}
