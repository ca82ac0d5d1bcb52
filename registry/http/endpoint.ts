/**
 * Determines the URL of a registry's API: its host, Docker Hub's API host, or an override by the operator. The override
 * is an environment variable like AWS's own: `REGISTRY_ENDPOINT_URL_DOCKER_IO=https://proxy.example`.
 */
import { isIP } from 'node:net'
import { RegistryError } from '../model/errors.ts'
import { type Environment, variableOf } from '../model/settings.ts'
import { classify } from './address.ts'
import { bareHost } from './guard.ts'

/** API hosts that differ from the host in references. */
const API_HOSTS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' }
const PREFIX = 'REGISTRY_ENDPOINT_URL_'

/** The variable that overrides a registry's URL: `127.0.0.1:5000` -> `REGISTRY_ENDPOINT_URL_127_0_0_1_5000`. */
export function endpointVariable(registry: string): string {
  return variableOf(PREFIX, registry)
}

/** The base of a registry's URLs, always with `/` as its path. */
export function endpointOf(registry: string, environment: Environment): URL {
  const variable = endpointVariable(registry)
  const override = environment[variable]
  if (override !== undefined && override !== '') return parseEndpoint(override, variable)
  const host = API_HOSTS[registry] ?? registry
  const url = new URL(`https://${host}/`)
  return isLoopback(url) ? new URL(`http://${host}/`) : url
}

/** Parses a base URL. Plain HTTP is limited to loopback addresses, since it would expose passwords and images. */
export function parseEndpoint(text: string, from: string): URL {
  if (!URL.canParse(text)) throw invalid(`${from} is not a URL: "${text}"`)
  const url = new URL(text)
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw invalid(
      `${from} is ${url.origin}, but plain HTTP is allowed for loopback addresses only; use https`,
    )
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw invalid(`${from} is not an http or https URL`)
  if (url.username !== '' || url.password !== '') throw invalid(`${from} contains credentials; remove them`)
  return new URL(url.origin)
}

function isLoopback(url: URL): boolean {
  const host = bareHost(url)
  if (isIP(host) !== 0) return classify(host) === 'loopback'
  return host === 'localhost' || host.endsWith('.localhost')
}

function invalid(message: string): RegistryError {
  return new RegistryError(message, { kind: 'refused' })
}
