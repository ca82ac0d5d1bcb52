/**
 * The proxy that the environment names, for networks whose only way out it is: HTTPS_PROXY and NO_PROXY, read as the Go
 * tools of the field read them (https://pkg.go.dev/golang.org/x/net/http/httpproxy). HTTP_PROXY has nothing to do here:
 * plain HTTP is for loopback addresses, and those are never asked through a proxy.
 */
import type { AgentOptions } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { RegistryError } from '../model/errors.ts'
import type { Environment } from '../model/settings.ts'
import type { AddressClass } from './address.ts'
import { bareHost, type Network, type Trust } from './guard.ts'

export interface WebProxy {
  /** Whether this URL is asked through it. */
  isFor(url: URL): boolean
  /** Makes a Node agent ask everything through it: https://nodejs.org/api/http.html#built-in-proxy-support */
  readonly agentOptions: Pick<AgentOptions, 'proxyEnv'>
}

/** @throws RegistryError when it is not the URL of a proxy, or when this Node cannot use one */
export function readProxy(environment: Environment, flags?: ReadonlySet<string>): WebProxy | undefined {
  const url = proxyOf(environment)
  if (url === undefined) return undefined
  // Not a default of the parameter: Node makes this set when it is first looked at.
  if (!(flags ?? process.allowedNodeEnvironmentFlags).has('--use-env-proxy')) {
    // It would go past the proxy, and not say so.
    const why = `Node ${process.version} cannot go through the proxy of HTTPS_PROXY: take a newer one, or unset the variable`
    throw new RegistryError(why, { kind: 'refused' })
  }
  const exempt = exemptions(entriesOf(environment))
  return {
    isFor: (asked) => asked.protocol === 'https:' && !isHere(bareHost(asked)) && !exempt(asked),
    agentOptions: { proxyEnv: { HTTPS_PROXY: url } },
  }
}

/** For a client of the AWS SDK, which looks at no such variables by itself. */
export function sdkProxy(environment: Environment = process.env): {
  readonly requestHandler?: { readonly httpsAgent: AgentOptions }
} {
  const url = proxyOf(environment)
  if (url === undefined) return {}
  // Node takes a name for that one host, where others take it for everything below as well.
  const exempt = entriesOf(environment).flatMap((entry) => (isName(entry) ? [entry, `.${entry}`] : [entry]))
  const proxyEnv = { HTTPS_PROXY: url, NO_PROXY: exempt.join(',') }
  return { requestHandler: { httpsAgent: { keepAlive: true, maxSockets: 50, proxyEnv } } }
}

/** What kind of address a proxy will connect to, as far as the name can tell: it is resolved out of our sight. */
export function classOfName(url: URL, network: Network): AddressClass {
  const host = bareHost(url)
  if (isIP(host) !== 0) return network.classify(host)
  return isInside(host) ? 'private' : 'public'
}

/**
 * What is left of the guard where a proxy connects for us: names that are only ever of somebody's own network. That
 * other names do not lead into one is for the proxy to see to.
 * @throws RegistryError `unsafe` for such a name from a server that is not in such a network
 */
export function checkName(url: URL, trust: Trust): void {
  const host = bareHost(url)
  if (trust === 'operator' || trust === 'private' || isIP(host) !== 0 || !isInside(host)) return
  throw new RegistryError(
    `refused to connect: ${host} is a name of a private network, and the server that named it is not in that network`,
    { kind: 'unsafe' },
  )
}

function proxyOf(environment: Environment): string | undefined {
  const text = environment.https_proxy || environment.HTTPS_PROXY
  if (!text) return undefined
  const url = text.includes('://') ? text : `http://${text}`
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  // Not what it is: there may be a password in it.
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

/** `*`, `example.com` with all below, `.example.com` and `*.example.com` with what is below, addresses, networks. */
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

function isHere(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || /^127\.|^::1$/.test(host)
}

/** Names without a dot, and those under https://www.iana.org/assignments/special-use-domain-names that stay inside. */
function isInside(host: string): boolean {
  return (
    !host.includes('.') || /\.(?:internal|local|localhost|home\.arpa|intranet|corp|lan|private)$/.test(host)
  )
}
