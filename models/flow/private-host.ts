import { BlockList, isIP } from 'node:net'

/** Networks that are not the internet: IANA's registries of special addresses (RFC 6890, 8190), with those that carry IPv4 in IPv6, and where a cloud (Azure) has its own. */
const NETWORKS: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['168.63.129.16', 32, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 96, 'ipv6'],
  ['::ffff:0:0:0', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
  ['5f00::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 9, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]

const blocked = new BlockList()
for (const [address, prefix, family] of NETWORKS) blocked.addSubnet(address, prefix, family)

/** Names that networks use for themselves (RFC 6761, 6762, 8375, 9476, and what is usual). */
const NAMES = /(^|\.)(localhost|local|internal|intranet|lan|corp|home|private|localdomain|home\.arpa|onion|test|invalid)$/

/**
 * Whether a host is within some private network, and so nothing that a shop's flow may call: a special address, one that carries such an
 * address, a name that is only known inside. What a public name resolves to is not known here: whoever calls it must look again.
 *
 * @param hostname as `new URL(…).hostname` gives it, which has read IPv4 in decimal, octal and hex, and IPv6 in any form
 */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  const family = isIP(host)
  if (family !== 0) return blocked.check(host, family === 4 ? 'ipv4' : 'ipv6')
  return !host.includes('.') || NAMES.test(host)
}
