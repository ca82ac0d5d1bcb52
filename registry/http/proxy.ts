/**
 * Reads HTTPS_PROXY and NO_PROXY as Go tools do (https://pkg.go.dev/golang.org/x/net/http/httpproxy). HTTP_PROXY is
 * ignored, since plain HTTP is allowed for loopback addresses only, and those are never proxied.
 */
import type { AgentOptions } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { RegistryError } from '../model/errors.ts'
import type { Environment } from '../model/settings.ts'
import type { AddressClass } from './address.ts'
import { bareHost, type Network, type Trust } from './guard.ts'

export interface WebProxy {
  /** Whether requests for this URL go through the proxy. */
  isFor(url: URL): boolean
  /** Makes a Node agent use the proxy for all requests: https://nodejs.org/api/http.html#built-in-proxy-support */
  readonly agentOptions: Pick<AgentOptions, 'proxyEnv'>
}

/** @throws RegistryError if the variable is not the URL of a proxy, or this Node version does not support proxies */
export function readProxy(environment: Environment, flags?: ReadonlySet<string>): WebProxy | undefined {
  const url = proxyOf(environment)
  if (url === undefined) return undefined
  // Not a parameter default, since Node builds this set on first access.
  if (!(flags ?? process.allowedNodeEnvironmentFlags).has('--use-env-proxy')) {
    // This Node would silently bypass the proxy.
    const why = `Node ${process.version} does not support the proxy of HTTPS_PROXY: use a newer version, or unset the variable`
    throw new RegistryError(why, { kind: 'refused' })
  }
  const exempt = exemptions(entriesOf(environment))
  return {
    isFor: (asked) => asked.protocol === 'https:' && !isLoopbackName(bareHost(asked)) && !exempt(asked),
    agentOptions: { proxyEnv: { HTTPS_PROXY: url } },
  }
}

/** Options for clients of the AWS SDK, which does not read these variables. */
export function sdkProxy(environment: Environment = process.env): {
  readonly requestHandler?: { readonly httpsAgent: AgentOptions }
} {
  const url = proxyOf(environment)
  if (url === undefined) return {}
  // In Node, a name does not include its subdomains, as it does in other tools.
  const exempt = entriesOf(environment).flatMap((entry) => (isName(entry) ? [entry, `.${entry}`] : [entry]))
  const proxyEnv = { HTTPS_PROXY: url, NO_PROXY: exempt.join(',') }
  return { requestHandler: { httpsAgent: { keepAlive: true, maxSockets: 50, proxyEnv } } }
}

/** Guesses the class of an address that a proxy connects to. The proxy resolves the name, so only the name is known. */
export function classOfName(url: URL, network: Network): AddressClass {
  const host = bareHost(url)
  if (isIP(host) !== 0) return network.classify(host)
  return isPrivateName(host) ? 'private' : 'public'
}

/**
 * The guard for proxied connections: rejects names of private networks. The proxy must reject other names that resolve to
 * private addresses.
 * @throws RegistryError `unsafe` for a private name from a server outside the private network
 */
export function checkName(url: URL, trust: Trust): void {
  const host = bareHost(url)
  if (trust === 'operator' || trust === 'private' || isIP(host) !== 0 || !isPrivateName(host)) return
  throw new RegistryError(
    `refused to connect: ${host} is a private name, and the server that named it is not in that network`,
    { kind: 'unsafe' },
  )
}

function proxyOf(environment: Environment): string | undefined {
  const text = environment.https_proxy || environment.HTTPS_PROXY
  if (!text) return undefined
  const url = text.includes('://') ? text : `http://${text}`
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  // The value is omitted, since it may contain a password.
  throw new RegistryError('HTTPS_PROXY is not the URL of a proxy, such as http://proxy.example.com:3128', {
    kind: 'refused',
  })
}

function entriesOf(environment: Environment): string[] {
  const text = environment.no_proxy || environment.NO_PROXY || ''
  return text
    .split(/[\s,]+/)
    .map((entry) => entry.toLowerCase())
    .filter((entry) => entry !== '')
}

/** Supports `*`, `example.com` with its subdomains, `.example.com` and `*.example.com`, addresses and networks. */
function exemptions(entries: readonly string[]): (url: URL) => boolean {
  const addresses = new BlockList()
  for (const entry of entries) addAddress(addresses, entry)
  return (url) => {
    const host = bareHost(url)
    const family = isIP(host)
    if (family !== 0 && addresses.check(host, family === 6 ? 'ipv6' : 'ipv4')) return true
    return entries.some((entry) => entry === '*' || covers(entry, host, url.port || '443'))
  }
}

function addAddress(addresses: BlockList, entry: string): void {
  const [address = '', bits] = entry.split('/')
  const family = isIP(address)
  if (family === 0) return
  const length = family === 6 ? 128 : 32
  const prefix = Number(bits ?? length)
  if (prefix >= 0 && prefix <= length) addresses.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4')
}

function covers(entry: string, host: string, port: string): boolean {
  const [, name = '', wanted] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  if (wanted !== undefined && wanted !== port) return false
  const below = name.replace(/^\*?(?=\.)/, '')
  return below.startsWith('.') ? host.endsWith(below) : host === below || host.endsWith(`.${below}`)
}

function isName(entry: string): boolean {
  return /^[a-z0-9]/.test(entry) && isIP(entry) === 0 && !entry.includes('/')
}

function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || /^127\.|^::1$/.test(host)
}

/** Whether a name is private: without a dot, or in a special-use domain (https://www.iana.org/assignments/special-use-domain-names). */
function isPrivateName(host: string): boolean {
  return (
    !host.includes('.') || /\.(?:internal|local|localhost|home\.arpa|intranet|corp|lan|private)$/.test(host)
  )
}
