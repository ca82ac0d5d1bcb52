/** Lists the repositories of an ECR registry whose names begin with a prefix and whose resource tags match. */
import type { Repository, Tag } from '@aws-sdk/client-ecr'
import { sdkProxy } from '../http/proxy.ts'
import type { Role } from '../model/registry.ts'
import { assumeRole } from './assumed-role.ts'

export interface EcrNamespace {
  readonly account: string
  readonly region: string
  readonly beginning: string
  /** @default - any */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The role that reads the registry. @default - the credentials of the process */
  readonly as?: Role | undefined
}

/**
 * DescribeRepositories takes no beginning, so all pages are read. Tags are asked of each repository: the tagging API's
 * GetResources returns deleted repositories for hours (https://github.com/boto/boto3/issues/3341).
 * @throws the SDK's error
 */
export async function listRepositories({
  account: registryId,
  region,
  beginning,
  tags,
  as,
}: EcrNamespace): Promise<string[]> {
  // Loaded on demand, as in ecr.ts.
  const { ECRClient, ListTagsForResourceCommand, paginateDescribeRepositories } = await import(
    '@aws-sdk/client-ecr'
  )
  const credentials = as && { credentials: assumeRole(as, region) }
  const client = new ECRClient({ region, maxAttempts: 5, ...credentials, ...sdkProxy() })
  try {
    const found: Repository[] = []
    for await (const { repositories = [] } of paginateDescribeRepositories(
      { client, pageSize: 1000 },
      { registryId },
    )) {
      found.push(...repositories.filter(({ repositoryName = '' }) => repositoryName.startsWith(beginning)))
    }
    const names: string[] = []
    for (const { repositoryName, repositoryArn } of found) {
      const tagsOf = () => client.send(new ListTagsForResourceCommand({ resourceArn: repositoryArn }))
      const matches = tags === undefined || hasAll(await unlessDeleted(tagsOf), tags)
      if (matches && repositoryName !== undefined) names.push(repositoryName)
    }
    return names.sort()
  } finally {
    client.destroy()
  }
}

/** A repository may be deleted after it was listed. */
async function unlessDeleted(
  tagsOf: () => Promise<{ readonly tags?: readonly Tag[] | undefined }>,
): Promise<readonly Tag[]> {
  try {
    return (await tagsOf()).tags ?? []
  } catch (error) {
    if (error instanceof Error && error.name === 'RepositoryNotFoundException') return []
    throw error
  }
}

function hasAll(tags: readonly Tag[], wanted: Readonly<Record<string, string>>): boolean {
  const found = new Map(tags.map(({ Key, Value }) => [Key, Value]))
  return Object.entries(wanted).every(([key, value]) => found.get(key) === value)
}
