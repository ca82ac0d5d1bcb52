/** Finds the credentials for a repository, as commands and as runs use them, and describes them without secrets. */
import { REFRESH_TOKEN_USER } from '../../registry/auth/token.ts'
import type { DockerConfig } from '../../registry/credentials/docker-config.ts'
import { readCredentials } from '../../registry/credentials/secret.ts'
import { awsCredentialsOrigin } from '../../registry/ecr/credentials-origin.ts'
import { ECR_PUBLIC, parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import { quote } from '../../registry/model/label.ts'
import type { RepositoryRef } from '../../registry/model/reference.ts'
import type { Credentials, Registries, Repository } from '../../registry/model/registry.ts'

export interface Login {
  /** For people: `anonymous`, `user "ci" from /home/me/.docker/config.json`. */
  readonly description: string
  open(): Promise<Repository>
}

export interface LoginContext {
  readonly registries: Pick<Registries, 'open'>
  readonly config: DockerConfig
  /** The home region, where AWS credentials and secrets are used. */
  readonly region: string
  /** Whether the list reads ECR Public with IAM. */
  readonly publicByIam: boolean
  readonly signal: AbortSignal
}

export async function loginOfCommands(ref: RepositoryRef, context: LoginContext): Promise<Login> {
  const { registries, config } = context
  const aws = await awsLogin(ref, context)
  const located = aws === undefined || aws.isMissing ? await config.locate(ref) : undefined
  if (located === undefined) return aws ?? anonymousLogin(ref, context)
  return {
    description: `${userOf(located.credentials.username)} from ${located.from}`,
    open: () => registries.open(ref, located.credentials),
  }
}

/** @param secret - the secret that the list names for the repository */
export async function loginOfRuns(
  ref: RepositoryRef,
  secret: string | undefined,
  context: LoginContext,
): Promise<Login> {
  const { registries } = context
  if (secret === undefined) return (await awsLogin(ref, context)) ?? anonymousLogin(ref, context)
  return {
    description: `the secret "${quote(secret)}"`,
    open: async () => registries.open(ref, await read(secret, context)),
  }
}

/** A secret that this user may not read. Runs may still have access. */
export class UnreadSecret extends Error {
  override readonly name = 'UnreadSecret'
}

/** Names of AWS errors that are about the user's own credentials, not about the secret. */
const OWN_ACCESS = /AccessDenied|CredentialsProvider|UnrecognizedClient|ExpiredToken/

async function read(secret: string, { signal, region }: LoginContext): Promise<Credentials> {
  try {
    return await readCredentials(secret, signal, region)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const lacksRight = error.cause instanceof Error && OWN_ACCESS.test(error.cause.name)
    throw lacksRight ? new UnreadSecret(error.message, { cause: error }) : error
  }
}

function anonymousLogin(ref: RepositoryRef, { registries }: LoginContext): Login {
  return { description: 'anonymous', open: () => registries.open(ref) }
}

/** @returns undefined for registries that do not take AWS credentials */
async function awsLogin(
  ref: RepositoryRef,
  { registries, region, publicByIam }: LoginContext,
): Promise<(Login & { readonly isMissing: boolean }) | undefined> {
  const isPublic = ref.registry === ECR_PUBLIC && publicByIam
  if (parseEcrHost(ref.registry) === undefined && !isPublic) return undefined
  const description = await describeAws(region)
  return { description, isMissing: description === NO_AWS, open: () => registries.open(ref) }
}

const NO_AWS = 'no AWS credentials'

export async function describeAws(region: string): Promise<string> {
  try {
    return `AWS credentials from ${await awsCredentialsOrigin(region)}`
  } catch {
    return NO_AWS
  }
}

/** Refresh tokens are stored under a fixed name in place of the name of a user. */
function userOf(username: string): string {
  return username === REFRESH_TOKEN_USER ? 'a token' : `user "${quote(username, 100)}"`
}
