/**
 * Protects against server-side request forgery. Hosts that the operator configures may be anywhere. A host that a
 * *server* names (realm, redirect, Location, Link) must be public or in that server's own network, or a registry could
 * make the client read a metadata service. Names are checked by the addresses that they resolve to, when connecting.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { RegistryError } from '../model/errors.ts'
import { type AddressClass, classify, embedsIPv4 } from './address.ts'

/** Who named the host: the operator, or a server at an address of this class. */
export type Trust = 'operator' | Exclude<AddressClass, 'forbidden'>

export interface Network {
  readonly lookup: LookupFunction
  classify(address: string): AddressClass
}

export const systemNetwork: Network = { lookup: systemLookup as LookupFunction, classify }

/** @throws RegistryError `unsafe` if the URL is forbidden, whatever its name resolves to */
export function checkUrl(url: URL, trust: Trust, network: Network): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw unsafe(url, `is not an http or https URL`)
  if (url.username !== '' || url.password !== '') throw unsafe(url, 'contains a user name')
  const host = bareHost(url)
  if (isIP(host) === 0) return
  if (trust !== 'operator' && embedsIPv4(host)) throw unsafe(url, 'is an IPv4 address embedded in IPv6')
  checkAddress(host, host, url.protocol === 'http:', trust, network)
}

/** Wraps the system's `lookup`, and fails for names that resolve to a forbidden address. */
export function guardedLookup(plain: boolean, trust: Trust, network: Network): LookupFunction {
  return (hostname, options, callback) => {
    network.lookup(hostname, options, (error, found, family) => {
      if (error) return callback(error, found, family)
      try {
        const addresses: readonly (string | LookupAddress)[] = Array.isArray(found) ? found : [found]
        for (const one of addresses) {
          checkAddress(hostname, typeof one === 'string' ? one : one.address, plain, trust, network)
        }
      } catch (refusal) {
        return callback(refusal as Error, found, family)
      }
      callback(null, found, family)
    })
  }
}

function checkAddress(host: string, address: string, plain: boolean, trust: Trust, network: Network): void {
  const kind = network.classify(address)
  const at = address === host ? host : `${host} (${address})`
  if (kind === 'forbidden')
    throw refusal(
      `${at} is not an allowed address for a registry (metadata service, link-local, multicast or unspecified)`,
    )
  if (plain && kind !== 'loopback') {
    throw refusal(`${at} has a plain HTTP URL, which is allowed for loopback addresses only; use https`)
  }
  if (trust === 'operator' || kind === 'public' || kind === trust) return
  throw refusal(`${at} is a ${kind} address, and the server that named it is not in that network`)
}

/** The host without the brackets of an IPv6 address. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

function unsafe(url: URL, why: string): RegistryError {
  return refusal(`${url.protocol}//${url.host} ${why}`)
}

function refusal(message: string): RegistryError {
  return new RegistryError(`refused to connect: ${message}`, { kind: 'unsafe' })
}
