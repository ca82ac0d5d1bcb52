/** Classifies IP addresses as public, private, loopback or forbidden. */
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** `forbidden` covers addresses that no registry has: metadata services, link-local, multicast, unspecified. */
export type AddressClass = 'public' | 'private' | 'loopback' | 'forbidden'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Classes by IANA range. All other ranges, including future ones, are forbidden. */
const CLASS_OF_RANGE: Readonly<Record<string, AddressClass>> = {
  unicast: 'public',
  private: 'private',
  carrierGradeNat: 'private',
  uniqueLocal: 'private',
  benchmarking: 'private',
  loopback: 'loopback',
}

/** Networks without a range of their own in ipaddr.js, or with another class. */
const EXCEPTIONS = {
  forbidden: networks(
    '100.100.100.200/32', // Alibaba's metadata service
    '168.63.129.16/32', // Azure's wire server
    'fd00:ec2::/32', // metadata services of EC2
    'fd20:ce::254/128', // and of Google
  ),
  private: networks(
    '198.18.0.0/15', // benchmarks
    '64:ff9b:1::/48', // NAT64 within a network
  ),
} satisfies Partial<Record<AddressClass, unknown>>

/** Ranges of IPv6 addresses that embed an IPv4 address, with its offset in bytes. */
const IPV4_AT: Readonly<Record<string, number>> = { ipv4Mapped: 12, rfc6145: 12, rfc6052: 12, '6to4': 2 }

/** A cache, since each request and response classifies one of few addresses. */
const known = new Map<string, AddressClass>()

/** @param address an IPv4 or IPv6 address, without brackets */
export function classify(address: string): AddressClass {
  const kind = known.get(address) ?? classOf(address)
  known.set(address, kind)
  return kind
}

function classOf(text: string): AddressClass {
  const address = parse(text)
  if (address === undefined) return 'forbidden'
  const meant = embedded(address) ?? address
  const exception = exceptionOf(meant)
  return exception ?? CLASS_OF_RANGE[meant.range()] ?? 'forbidden'
}

/** Whether an IPv6 address embeds an IPv4 address, a form that only attackers use for registries. */
export function embedsIPv4(text: string): boolean {
  const address = parse(text)
  return address !== undefined && embedded(address) !== undefined
}

/** Parses strictly: ipaddr.js alone would also accept 127.1 and 0x7f000001, which are host names here. */
function parse(text: string): Address | undefined {
  return isIP(text) === 0 ? undefined : ipaddr.parse(text)
}

function embedded(address: Address): ipaddr.IPv4 | undefined {
  const start = IPV4_AT[address.range()]
  if (start === undefined || exceptionOf(address) !== undefined) return undefined
  return new ipaddr.IPv4(address.toByteArray().slice(start, start + 4))
}

function exceptionOf(address: Address): AddressClass | undefined {
  return (ipaddr.subnetMatch(address, EXCEPTIONS, '') || undefined) as AddressClass | undefined
}

function networks(...cidrs: readonly string[]): [Address, number][] {
  return cidrs.map((cidr) => ipaddr.parseCIDR(cidr))
}
