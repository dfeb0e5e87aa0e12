import type { Cidr, IpAddress } from '#lib/ip-address.ts'
import { isInCidr, parseCidr } from '#lib/ip-address.ts'

/** What an address is for. Only `public` is open to everybody; `private` and `loopback` can be granted, the others never. */
export type AddressKind =
  | 'public'
  | 'private'
  | 'loopback'
  | 'metadata'
  | 'link-local'
  | 'multicast'
  | 'unspecified'
  | 'broadcast'
  | 'documentation'
  | 'reserved'
  | 'tunnel'

/**
 * The first range that holds an address decides, so narrow ones stand before those around them. After the IANA registries of
 * special-purpose addresses; the metadata addresses are those the cloud providers document.
 */
const ranges: readonly (readonly [AddressKind, Cidr])[] = (
  [
    // AWS, GCP, Azure, OCI and most others; AWS ECS and EKS; Tencent; Azure's wire server; Alibaba; Oracle's first cloud
    ['metadata', '169.254.169.254/32', '169.254.170.2/32', '169.254.170.23/32', '169.254.0.23/32'],
    ['metadata', '168.63.129.16/32', '100.100.100.200/32', '192.0.0.192/32'],
    // AWS (instance data, pod identity, time), GCP, Oracle, Scaleway
    ['metadata', 'fd00:ec2::/32', 'fd20:ce::254/128', 'fd00:c1::a9fe:a9fe/128', 'fd00:42::42/128'],
    ['link-local', '169.254.0.0/16', 'fe80::/10'],
    ['loopback', '127.0.0.0/8', '::1/128'],
    ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
    ['unspecified', '0.0.0.0/8', '::/128'],
    ['documentation', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'],
    ['broadcast', '255.255.255.255/32'],
    ['multicast', '224.0.0.0/4', 'ff00::/8'],
    ['reserved', '192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15', '240.0.0.0/4'],
    // IPv4-compatible, IPv4-translated, local-use NAT64, 6to4, Teredo: where they lead is somebody else's decision
    ['tunnel', '::/96', '::ffff:0:0:0/96', '64:ff9b:1::/48', '2002::/16', '2001::/32'],
    ['reserved', '2001::/23'],
    ['public', '0.0.0.0/0', '2000::/3'],
    ['reserved', '::/0'],
  ] as const
).flatMap(([kind, ...cidrs]) => cidrs.map((cidr) => [kind, mustParse(cidr)] as const))

const mapped = mustParse('::ffff:0:0/96')
const nat64 = mustParse('64:ff9b::/96')
const low32 = 0xff_ff_ff_ffn

/** An IPv4 address in IPv6 clothes (`::ffff:127.0.0.1`) is that IPv4 address to the kernel; others stay what they are. */
export function unmapAddress(address: IpAddress): IpAddress {
  return isInCidr(address, mapped) ? { family: 4, value: address.value & low32 } : address
}

/**
 * What an address is for, by where it really leads: a NAT64 address is public if the IPv4 address in it is, and a tunnel
 * otherwise. An interface that calls itself ISATAP (RFC 5214) is a tunnel under any prefix.
 */
export function kindOfAddress(address: IpAddress): AddressKind {
  const real = unmapAddress(address)
  if (isInCidr(real, nat64)) return kindOf({ family: 4, value: real.value & low32 }) === 'public' ? 'public' : 'tunnel'
  const kind = kindOf(real)
  return (kind === 'public' || kind === 'private') && isIsatap(real) ? 'tunnel' : kind
}

function kindOf(address: IpAddress): AddressKind {
  return ranges.find(([, cidr]) => isInCidr(address, cidr))?.[0] ?? 'reserved'
}

function isIsatap({ family, value }: IpAddress): boolean {
  const interfaceHead = (value >> 32n) & low32
  return family === 6 && (interfaceHead === 0x5efen || interfaceHead === 0x02_00_5e_fen)
}

function mustParse(text: string): Cidr {
  const cidr = parseCidr(text)
  if (!cidr) throw new Error(`${text} is no range`)
  return cidr
}
