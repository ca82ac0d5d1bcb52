/**
 * Amazon ECR Public with IAM: its identity, and the creation of repositories. Anonymous clients may read it too, at one
 * pull per second and address; authenticated clients get ten.
 * https://docs.aws.amazon.com/AmazonECR/latest/public/public-service-quotas.html
 */

import type { ECRPUBLICClient } from '@aws-sdk/client-ecr-public'
import type { Identity } from '../auth/identity.ts'
import { sdkProxy } from '../http/proxy.ts'
import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'
import type { CreatableRepository } from '../model/registry.ts'
import { serviceError } from './ecr-errors.ts'
import { createIamLogin, type IamToken, readIamToken } from './iam-token.ts'

const NAME = 'ECR Public'
/** The only region with the API: https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html */
const REGION = 'us-east-1'

export interface EcrPublic {
  readonly identity: Identity
  /** @param repository - with the alias of the registry: `a1b2c3d4/team/app` */
  ensure(repository: string): CreatableRepository['ensure']
}

export function createEcrPublic(clock: Clock): EcrPublic {
  const made = new Map<string, Promise<void>>()
  return {
    // This token goes to the token server, which issues the one for the registry.
    identity: createIamLogin({ key: NAME, basicAtOnce: false }, () => fetchToken(clock), clock).identity,
    ensure: (repository) => (settings, signal) => {
      const existing = made.get(repository)
      if (existing !== undefined) return existing
      const making = withClient((client) => create(client, repository, settings.tags, signal))
      made.set(repository, making)
      making.catch(() => made.delete(repository))
      return making
    },
  }
}

async function withClient<T>(work: (client: ECRPUBLICClient) => Promise<T>): Promise<T> {
  const { ECRPUBLICClient } = await import('@aws-sdk/client-ecr-public')
  const client = new ECRPUBLICClient({ region: REGION, maxAttempts: 5, ...sdkProxy() })
  try {
    return await work(client)
  } catch (error) {
    throw serviceError(error, NAME)
  } finally {
    client.destroy()
  }
}

/** The API names repositories without the alias, which belongs to the account. */
async function create(
  client: ECRPUBLICClient,
  repository: string,
  tags: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { CreateRepositoryCommand } = await import('@aws-sdk/client-ecr-public')
  const command = new CreateRepositoryCommand({
    repositoryName: repository.slice(repository.indexOf('/') + 1),
    tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  })
  try {
    await client.send(command, signal === undefined ? {} : { abortSignal: signal })
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'RepositoryAlreadyExistsException') throw error
  }
}

async function fetchToken(clock: Clock): Promise<IamToken> {
  const { GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr-public')
  return withClient(async (client) => {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}))
    const token = readIamToken(authorizationData?.authorizationToken, authorizationData?.expiresAt, clock)
    if (token !== undefined) return token
    throw new RegistryError(`${NAME} returned no usable authorization token`, { kind: 'unavailable' })
  })
}
