/**
 * Opens repositories. One `Registries` per process: its connections, tokens and rate-limit pauses are shared by
 * everything that the process does.
 */

import { anonymous, type Identity, withPassword } from './auth/identity.ts'
import { createRepository, type Registry } from './client.ts'
import { connect } from './connection/connection.ts'
import { createEcr } from './ecr/ecr.ts'
import { ECR_PUBLIC, parseEcrHost } from './ecr/ecr-host.ts'
import { ecrPublicIdentity } from './ecr/ecr-public.ts'
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
  /** @default - 10 s to connect, 60 s for an answer, 30 s without a byte */
  readonly timeouts?: Partial<Timeouts>
  /** @default - 6 tries, 0.5 s doubling up to 20 s with full jitter, waits of up to 30 s when a registry asks for them */
  readonly retry?: Partial<RetryPolicy>
  /** @default - the system's */
  readonly clock?: Clock
  /** How names are looked up, and which addresses count as private. @default - the system's DNS, IANA's registries */
  readonly network?: Network
  /** Where what operators say of registries is looked up (settings.ts). @default - process.env */
  readonly environment?: Environment
  /** Client certificates of single hosts. @default - none */
  readonly clientCertificates?: ClientCertificates
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
  const ecr = createEcr(clock)
  const ecrPublic = ecrPublicIdentity(clock)

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
    const made: Registry = { name, connection: connect(parts), ways: { current: 'put', cancels: !isEcr } }
    known.set(key, made)
    return made
  }

  async function openEcr(region: string, repository: string, host?: string): Promise<EcrRepository> {
    const { base, identity } = await ecr.endpoint(region, host)
    const opened = createRepository(registry(base.host, base, identity, true), repository)
    return { ...opened, ...ecr.repository(region, repository, host) }
  }

  /** Of whoever brings no credentials. */
  function identityAt(name: string): Identity {
    return name === ECR_PUBLIC && settings.get(name)?.credentials === 'iam' ? ecrPublic : anonymous
  }

  return {
    async open(ref, credentials) {
      const region = parseEcrHost(ref.registry)?.region
      if (region !== undefined && credentials === undefined)
        return openEcr(region, ref.repository, ref.registry)
      const identity = credentials === undefined ? identityAt(ref.registry) : withPassword(credentials)
      const base = endpointOf(ref.registry, environment)
      return createRepository(registry(ref.registry, base, identity, false), ref.repository)
    },
    ecr: (region, repository) => openEcr(region, repository),
    async close() {
      transport.close()
      ecr.close()
    },
  }
}
