/**
 * Amazon ECR's part of the client: tokens, endpoints and operations of its API. Uses one SDK client per region, and loads
 * the SDK with the first one, so that programs without ECR start faster.
 */
import type { ECRClient } from '@aws-sdk/client-ecr'
import type { Identity } from '../auth/identity.ts'
import { endpointVariable, parseEndpoint } from '../http/endpoint.ts'
import { sdkProxy } from '../http/proxy.ts'
import type { Clock } from '../model/clock.ts'
import type { CreateSettings, EcrRepository, Role } from '../model/registry.ts'
import type { Environment } from '../model/settings.ts'
import { assumeRole } from './assumed-role.ts'
import { ensureRepository } from './ecr-create.ts'
import { deleteTags } from './ecr-delete.ts'
import { ecrError } from './ecr-errors.ts'
import { parseEcrHost } from './ecr-host.ts'
import { presentDigests, pushed, tagDigests } from './ecr-images.ts'
import { changeSettings, readSettings } from './ecr-settings.ts'
import { type EcrToken, fetchEcrToken } from './ecr-token.ts'
import { createIamLogin, type IamLogin } from './iam-token.ts'

/** A registry of ECR. */
export interface Place {
  readonly region: string
  /** The host of the reference, if it has one. */
  readonly host?: string | undefined
  /** The role that reaches it. @default - the credentials of the process */
  readonly as?: Role | undefined
}

export interface Ecr {
  /** The URL of a region's registry and the identity for it. */
  endpoint(place: Place): Promise<{ readonly base: URL; readonly identity: Identity }>
  /** The operations that only ECR has. */
  repository(
    place: Place,
    repository: string,
  ): Pick<
    EcrRepository,
    | 'region'
    | 'tagDigests'
    | 'pushed'
    | 'presentDigests'
    | 'ensure'
    | 'deleteTags'
    | 'readSettings'
    | 'changeSettings'
  >
  close(): void
}

/** @param environment - overrides the URLs of registries (http/endpoint.ts) */
export function createEcr(clock: Clock, environment: Environment = {}): Ecr {
  const clients = new Map<string, Promise<ECRClient>>()
  const logins = new Map<string, IamLogin<EcrToken>>()
  const made = new Map<string, Promise<void>>()

  function client(place: Place): Promise<ECRClient> {
    const key = keyOf(place)
    const existing = clients.get(key)
    if (existing !== undefined) return existing
    const { region, as } = place
    const credentials = as && { credentials: assumeRole(as, region) }
    const created = import('@aws-sdk/client-ecr').then(
      ({ ECRClient }) => new ECRClient({ region, maxAttempts: 5, ...credentials, ...sdkProxy() }),
    )
    clients.set(key, created)
    return created
  }

  function login(place: Place): IamLogin<EcrToken> {
    const key = keyOf(place)
    const existing = logins.get(key)
    if (existing !== undefined) return existing
    const fetch = async (): Promise<EcrToken> => fetchEcrToken(await client(place), place.region, clock)
    const created = createIamLogin({ key: `ecr ${key}`, basicAtOnce: true }, fetch, clock)
    logins.set(key, created)
    return created
  }

  return {
    async endpoint(place) {
      const { region, host } = place
      const { token, identity } = login(place)
      const { proxyEndpoint } = await token()
      const named = parseEndpoint(proxyEndpoint, `the endpoint of ECR in ${region}`)
      const variable = endpointVariable(host ?? '')
      const override = environment[variable]
      if (host !== undefined && override) return { base: parseEndpoint(override, variable), identity }
      // Uses the host of the reference (another account, FIPS, dual-stack), unless ECR names an endpoint outside AWS,
      // which then stands in for all hosts.
      const base =
        host !== undefined && parseEcrHost(named.hostname) !== undefined ? new URL(`https://${host}`) : named
      return { base, identity }
    },

    repository(place, repository) {
      const { region, host } = place
      const registryId = host === undefined ? undefined : parseEcrHost(host)?.account
      const where = { repositoryName: repository, registryId }
      const run = async <T>(work: (ecr: ECRClient) => Promise<T>): Promise<T> => {
        try {
          return await work(await client(place))
        } catch (error) {
          throw ecrError(error, region, repository)
        }
      }
      return {
        region,
        tagDigests: (tags, signal) => run((ecr) => tagDigests(ecr, where, tags, signal)),
        pushed: (tag, signal) => run((ecr) => pushed(ecr, where, tag, signal)),
        deleteTags: (tags, signal) => run((ecr) => deleteTags(ecr, where, tags, signal)),
        presentDigests: (digests, signal) => run((ecr) => presentDigests(ecr, where, digests, signal)),
        ensure(settings: CreateSettings, signal) {
          const key = `${keyOf(place)} ${registryId ?? ''} ${repository}`
          const existing = made.get(key)
          if (existing !== undefined) return existing
          const making = run((ecr) => ensureRepository(ecr, where, settings, signal))
          made.set(key, making)
          making.catch(() => made.delete(key))
          return making
        },
        readSettings: (asked, signal) => run((ecr) => readSettings(ecr, where, asked, signal)),
        changeSettings: (change, signal) => run((ecr) => changeSettings(ecr, where, change, signal)),
      }
    },

    close() {
      for (const created of clients.values()) void created.then((ecr) => ecr.destroy())
      clients.clear()
    },
  }
}

/** Credentials and tokens belong to a region and a role. */
function keyOf({ region, as }: Place): string {
  return as === undefined ? region : `${region} ${as.role} ${as.externalId ?? ''}`
}
