/**
 * Opens repositories. A process has one `Registries`, which shares connections, tokens and rate-limit pauses between all
 * operations.
 */

import { anonymous, type Identity, withPassword } from './auth/identity.ts'
import { createRepository, type Registry } from './client.ts'
import { connect } from './connection/connection.ts'
import { createEcr, type Place } from './ecr/ecr.ts'
import { ECR_PUBLIC, parseEcrHost } from './ecr/ecr-host.ts'
import { createEcrPublic } from './ecr/ecr-public.ts'
import type { ClientCertificates } from './http/authorities.ts'
import { endpointOf } from './http/endpoint.ts'
import type { Network } from './http/guard.ts'
import { createTransport, type Timeouts } from './http/transport.ts'
import { type Clock, systemClock } from './model/clock.ts'
import type { EcrRepository, Registries } from './model/registry.ts'
import { type Environment, readSettings } from './model/settings.ts'
import { createPauses } from './retry/pause.ts'
import { createReserve, readReserve } from './retry/reserve.ts'
import { RETRY, type RetryPolicy } from './retry/retry.ts'

export interface RegistriesOptions {
  /** @default - 10 s to connect, 60 s for a response, 30 s without a byte */
  readonly timeouts?: Partial<Timeouts>
  /** @default - 6 tries, backoff from 0.5 s to 20 s with full jitter, Retry-After of up to 30 s */
  readonly retry?: Partial<RetryPolicy>
  /** @default - the system's clock */
  readonly clock?: Clock
  /** DNS lookup and classification of addresses. @default - the system's DNS, IANA's registries */
  readonly network?: Network
  /** Variables with the operator's settings (settings.ts). @default - process.env */
  readonly environment?: Environment
  /** Client certificates by host. @default - none */
  readonly clientCertificates?: ClientCertificates
  /** Connections to open with the first request to each registry, for the burst that a copy begins with. @default 0 */
  readonly spareConnections?: number
}

export function createRegistries(options: RegistriesOptions = {}): Registries {
  const clock = options.clock ?? systemClock
  const policy = { ...RETRY, ...options.retry }
  const environment = options.environment ?? process.env
  const transport = createTransport({ ...options, environment })
  const pauses = createPauses(policy.patienceMs, clock)
  const reserved = readReserve(environment)
  const settings = readSettings(environment)
  const known = new Map<string, Registry>()
  const ecr = createEcr(clock, environment)
  const ecrPublic = createEcrPublic(clock)

  function registry(name: string, base: URL, identity: Identity, isEcr: boolean): Registry {
    const key = `${base.origin} ${name} ${identity.key}`
    const found = known.get(key)
    if (found !== undefined) return found
    const reserve = createReserve(name, isEcr ? 0 : reserved, clock)
    const parts = {
      base,
      identity,
      transport,
      pauses,
      reserve,
      policy,
      clock,
      realms: settings.get(name)?.realms ?? [],
      mayNamePrivateHosts: isEcr,
    }
    const made: Registry = {
      name,
      identity: identity.key,
      connection: connect(parts),
      uploads: { current: 'put', cancels: !isEcr },
    }
    known.set(key, made)
    return made
  }

  async function openEcr(place: Place, repository: string): Promise<EcrRepository> {
    const { base, identity } = await ecr.endpoint(place)
    const opened = createRepository(registry(base.host, base, identity, true), repository)
    return { ...opened, ...ecr.repository(place, repository) }
  }

  /** The identity for requests without given credentials. */
  function identityAt(name: string): Identity {
    return name === ECR_PUBLIC && settings.get(name)?.credentials === 'iam' ? ecrPublic.identity : anonymous
  }

  return {
    async open(ref, credentials) {
      const region = parseEcrHost(ref.registry)?.region
      if (region !== undefined && credentials === undefined) {
        const { role, externalId } = settings.get(ref.registry) ?? {}
        const as = role === undefined ? undefined : { role, externalId }
        return openEcr({ region, host: ref.registry, as }, ref.repository)
      }
      if (credentials === 'iam') {
        const base = endpointOf(ECR_PUBLIC, environment)
        const opened = createRepository(registry(ECR_PUBLIC, base, ecrPublic.identity, false), ref.repository)
        return { ...opened, ensure: ecrPublic.ensure(ref.repository) }
      }
      const identity = credentials === undefined ? identityAt(ref.registry) : withPassword(credentials)
      const base = endpointOf(ref.registry, environment)
      return createRepository(registry(ref.registry, base, identity, false), ref.repository)
    },
    ecr: (region, repository, as) => openEcr({ region, as }, repository),
    async close() {
      transport.close()
      ecr.close()
    },
  }
}
