/**
 * What kind of address an IP address is: whether a registry on the public internet has any business naming it.
 * https://www.iana.org/assignments/iana-ipv4-special-registry and its IPv6 counterpart.
 */
import { BlockList, isIP, isIPv6 } from 'node:net'

/** `forbidden` is for addresses that no registry is at: metadata services, link-local, multicast, unspecified. */
export type AddressClass = 'public' | 'private' | 'loopback' | 'forbidden'

const FORBIDDEN = list(
  ['0.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, and with it the metadata services of EC2, ECS, Azure and Google
  ['100.100.100.200', 32], // Alibaba's metadata service
  ['168.63.129.16', 32], // Azure's wire server
  ['192.0.0.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  ['2001::', 32], // Teredo hides an IPv4 address
  ['fd00:ec2::', 32], // metadata services of EC2
  ['fd20:ce::254', 128], // and of Google
)
const LOOPBACK = list(['127.0.0.0', 8], ['::1', 128])
const PRIVATE = list(
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['198.18.0.0', 15],
  ['fc00::', 7],
  ['64:ff9b:1::', 48],
)
/** Prefixes under which the last, or for 6to4 the next, 32 bits are an IPv4 address. */
const MAPPED = list(['::ffff:0:0', 96])
const NAT64 = list(['64:ff9b::', 96])
const SIX_TO_FOUR = list(['2002::', 16])

/** Every request and every answer asks, and there are few addresses. */
const known = new Map<string, AddressClass>()

/** @param address an IPv4 or IPv6 address, without brackets */
export function classify(address: string): AddressClass {
  const kind = known.get(address) ?? classOf(address)
  known.set(address, kind)
  return kind
}

function classOf(address: string): AddressClass {
  const bare = address.split('%', 1)[0] ?? ''
  const family = isIP(bare)
  if (family === 0) return 'forbidden'
  if (family === 4) return ofLists(bare, 'ipv4')
  // Before the lists: a BlockList finds mapped addresses under their IPv4 rules, but not the other two forms.
  const words = hextets(bare)
  if (MAPPED.check(bare, 'ipv6') || NAT64.check(bare, 'ipv6'))
    return ofLists(ipv4(words[6], words[7]), 'ipv4')
  if (SIX_TO_FOUR.check(bare, 'ipv6')) return ofLists(ipv4(words[1], words[2]), 'ipv4')
  return ofLists(bare, 'ipv6')
}

/** An IPv4 address in IPv6 clothes: nobody writes a registry's address like that in good faith. */
export function isDisguised(address: string): boolean {
  return isIPv6(address) && [MAPPED, NAT64, SIX_TO_FOUR].some((list) => list.check(address, 'ipv6'))
}

function ofLists(address: string, family: 'ipv4' | 'ipv6'): AddressClass {
  if (FORBIDDEN.check(address, family)) return 'forbidden'
  if (LOOPBACK.check(address, family)) return 'loopback'
  return PRIVATE.check(address, family) ? 'private' : 'public'
}

function list(...subnets: readonly (readonly [string, number])[]): BlockList {
  const blocked = new BlockList()
  // isIPv6 would compile a large expression, at every start of every program.
  for (const [net, prefix] of subnets) blocked.addSubnet(net, prefix, net.includes(':') ? 'ipv6' : 'ipv4')
  return blocked
}

/** The eight 16-bit words of an IPv6 address. */
function hextets(address: string): number[] {
  // URL's parser writes the shortest form, with any dotted IPv4 tail turned into words.
  const short = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const [head = '', tail] = short.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].map((word) => Number.parseInt(word, 16))
}

function ipv4(high = 0, low = 0): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
