import { isIPv4, isIPv6 } from 'node:net'

/** An address as a number, so that a range is a comparison and no spelling of it can be overlooked. */
export interface IpAddress {
  family: 4 | 6
  value: bigint
}

export interface Cidr extends IpAddress {
  /** Leading bits that count: up to 32 or 128. */
  prefixBits: number
}

const widthOf = { 4: 32, 6: 128 } as const

/**
 * Reads an address in its one canonical IPv4 spelling (four decimal numbers, no leading zeros) or any IPv6 spelling of
 * RFC 4291 without a zone; `undefined` for everything else.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { family: 4, value: numberOf(text.split('.').map(Number), 8n) }
  if (!isIPv6(text) || text.includes('%')) return undefined
  const groups = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const [front = [], back = []] = groups.split('::').map((half) => half.split(':').filter((group) => group !== ''))
  const zeros = new Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0')
  const words = [...front, ...zeros, ...back].map((group) => Number.parseInt(group, 16))
  return { family: 6, value: numberOf(words, 16n) }
}

/** The canonical spelling: RFC 5952 for IPv6, but with an embedded IPv4 address in hexadecimal. */
export function formatIpAddress({ family, value }: IpAddress): string {
  if (family === 4) return partsOf(value, { count: 4, bits: 8n }).join('.')
  const words = partsOf(value, { count: 8, bits: 16n }).map((word) => word.toString(16))
  return new URL(`http://[${words.join(':')}]`).hostname.slice(1, -1)
}

/** Reads `10.0.0.0/8` or `fd00::/8`; `undefined` unless the bits behind the prefix are zero, which are mostly a slip. */
export function parseCidr(text: string): Cidr | undefined {
  const [, network = '', bits = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const address = parseIpAddress(network)
  const prefixBits = Number(bits)
  if (!address || bits === '' || prefixBits > widthOf[address.family]) return undefined
  const cidr = { ...address, prefixBits }
  return prefixOf(address, cidr) << hostBits(cidr) === address.value ? cidr : undefined
}

export function isInCidr(address: IpAddress, cidr: Cidr): boolean {
  return address.family === cidr.family && prefixOf(address, cidr) === prefixOf(cidr, cidr)
}

/** Whether every address of `inner` lies in `outer`. */
export function isCidrWithin(inner: Cidr, outer: Cidr): boolean {
  return inner.prefixBits >= outer.prefixBits && isInCidr(inner, outer)
}

function prefixOf(address: IpAddress, cidr: Cidr): bigint {
  return address.value >> hostBits(cidr)
}

function hostBits({ family, prefixBits }: Cidr): bigint {
  return BigInt(widthOf[family] - prefixBits)
}

function numberOf(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) | BigInt(part), 0n)
}

function partsOf(value: bigint, { count, bits }: { count: number; bits: bigint }): number[] {
  const mask = (1n << bits) - 1n
  return Array.from({ length: count }, (_, index) => Number((value >> (BigInt(count - 1 - index) * bits)) & mask))
}
