/**
 * Where a server may send us. The hosts that an operator configures may be anywhere; a host that a *server* names
 * (realm, redirect, Location, Link) must not reach into networks that the server itself is not in, or a registry
 * could make us read a metadata service for it. Names are checked by what they resolve to, as they are connected.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { RegistryError } from '../model/errors.ts'
import { type AddressClass, classify, isDisguised } from './address.ts'

/** Who named the host: the operator, or a server that is itself at such an address. */
export type Trust = 'operator' | Exclude<AddressClass, 'forbidden'>

export interface Network {
  readonly lookup: LookupFunction
  classify(address: string): AddressClass
}

export const systemNetwork: Network = { lookup: systemLookup as LookupFunction, classify }

/** @throws RegistryError `unsafe` for a URL that must not be asked at all, whatever its name resolves to */
export function checkUrl(url: URL, trust: Trust, network: Network): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw unsafe(url, `is not a web address`)
  if (url.username !== '' || url.password !== '') throw unsafe(url, 'has a user name in it')
  const host = bareHost(url)
  if (isIP(host) === 0) return
  if (trust !== 'operator' && isDisguised(host)) throw unsafe(url, 'is an IPv4 address in disguise')
  checkAddress(host, host, url.protocol === 'http:', trust, network)
}

/** A `lookup` for connecting: as the system's, but no address comes through that may not be connected to. */
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
  if (kind === 'forbidden') throw refusal(`${at} is an address that no registry has`)
  if (plain && kind !== 'loopback') {
    throw refusal(`${at} was to be asked over plain HTTP, which is for loopback addresses only; use https`)
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
