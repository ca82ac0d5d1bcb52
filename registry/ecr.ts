/**
 * Amazon ECR beside the registry protocol: its tokens and endpoints, and what only its API can do. One SDK client for
 * each region; the SDK itself is loaded with the first of them, so that programs that never meet ECR start faster.
 */
import type { ECRClient } from '@aws-sdk/client-ecr'
import type { Clock } from './clock.ts'
import { ensureRepository } from './ecr-create.ts'
import { ecrError } from './ecr-errors.ts'
import { parseEcrHost } from './ecr-host.ts'
import { presentDigests, tagDigests } from './ecr-images.ts'
import { type EcrToken, fetchEcrToken } from './ecr-token.ts'
import { parseEndpoint } from './endpoint.ts'
import type { Identity } from './identity.ts'
import type { CreateSettings, EcrRepository } from './registry.ts'

export interface Ecr {
  /** Where a region's registry is, and who we are there. `host` is what was asked for, if it was by host. */
  endpoint(region: string, host?: string): Promise<{ readonly base: URL; readonly identity: Identity }>
  /** What only ECR can do. */
  repository(
    region: string,
    repository: string,
    host?: string,
  ): Pick<EcrRepository, 'region' | 'tagDigests' | 'presentDigests' | 'ensure'>
  close(): void
}

/** Tokens live for 12 hours, but not longer than the credentials behind them: those are told by a 401. */
const EARLY_MS = 30 * 60 * 1000
/** A token that is refused at this age has not expired: we may not do what we asked for. */
const NEW_MS = 60 * 1000

export function createEcr(clock: Clock): Ecr {
  const clients = new Map<string, Promise<ECRClient>>()
  const tokens = new Map<string, Promise<EcrToken>>()
  const made = new Map<string, Promise<void>>()

  function client(region: string): Promise<ECRClient> {
    const existing = clients.get(region)
    if (existing !== undefined) return existing
    const created = import('@aws-sdk/client-ecr').then(
      ({ ECRClient }) => new ECRClient({ region, maxAttempts: 5 }),
    )
    clients.set(region, created)
    return created
  }

  /** One at a time for each region, however many ask. */
  async function token(region: string): Promise<EcrToken> {
    const kept = tokens.get(region)
    if (kept !== undefined && (await kept).expiresAt - EARLY_MS > clock.now()) return kept
    const current = tokens.get(region)
    if (current !== undefined && current !== kept) return current
    const fetched = client(region).then((ecr) => fetchEcrToken(ecr, region, clock))
    tokens.set(region, fetched)
    fetched.catch(() => {
      if (tokens.get(region) === fetched) tokens.delete(region)
    })
    return fetched
  }

  function identity(region: string): Identity {
    return {
      key: `ecr ${region}`,
      basicAtOnce: true,
      credentials: async () => (await token(region)).credentials,
      async renew(refused) {
        const kept = tokens.get(region)
        const { credentials, fetchedAt } = (await kept) ?? {}
        if (credentials?.password !== refused.password) return true
        if (clock.now() - (fetchedAt ?? 0) < NEW_MS) return false
        if (tokens.get(region) === kept) tokens.delete(region)
        return true
      },
    }
  }

  return {
    async endpoint(region, host) {
      const { proxyEndpoint } = await token(region)
      const named = parseEndpoint(proxyEndpoint, `the endpoint of ECR in ${region}`)
      // Another account's registry, or another way to ours, has a host of its own. Where ECR is reached through
      // something that is not an AWS host, that stands for all of them.
      const base =
        host !== undefined && parseEcrHost(named.hostname) !== undefined ? new URL(`https://${host}`) : named
      return { base, identity: identity(region) }
    },

    repository(region, repository, host) {
      const registryId = host === undefined ? undefined : parseEcrHost(host)?.account
      const where = { repositoryName: repository, registryId }
      const run = async <T>(work: (ecr: ECRClient) => Promise<T>): Promise<T> => {
        try {
          return await work(await client(region))
        } catch (error) {
          throw ecrError(error, region, repository)
        }
      }
      return {
        region,
        tagDigests: (tags, signal) => run((ecr) => tagDigests(ecr, where, tags, signal)),
        presentDigests: (digests, signal) => run((ecr) => presentDigests(ecr, where, digests, signal)),
        ensure(settings: CreateSettings, signal) {
          const key = `${region} ${registryId ?? ''} ${repository}`
          const existing = made.get(key)
          if (existing !== undefined) return existing
          const making = run((ecr) => ensureRepository(ecr, where, settings, signal))
          made.set(key, making)
          making.catch(() => made.delete(key))
          return making
        },
      }
    },

    close() {
      for (const created of clients.values()) void created.then((ecr) => ecr.destroy())
      clients.clear()
    },
  }
}
