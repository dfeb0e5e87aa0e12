import type { IpAddress } from '#lib/ip-address.ts'
import { formatIpAddress, isInCidr, parseCidr } from '#lib/ip-address.ts'
import type { AddressKind } from './address-kind.ts'
import { kindOfAddress, unmapAddress } from './address-kind.ts'
import { ownAddresses } from './own-addresses.ts'

/**
 * What may be reached besides public addresses. Grants are exact: none of them opens metadata, link-local, multicast or
 * reserved addresses, whatever range it names.
 */
export interface AddressPolicy {
  /** Ranges of private addresses an operator granted, as in `10.20.0.0/16`. */
  readonly privateRanges: readonly string[]
  /** Sockets of this machine, whatever its address, an operator granted to the tenant, exactly: `127.0.0.1:2379`, `[::1]:2379`. */
  readonly loopback: readonly string[]
  /** Sockets that no grant opens: those of servers we lean on ourselves. */
  readonly closed?: readonly string[]
}

export interface AddressVerdict {
  /** The address to connect to, in its canonical spelling. */
  address: string
  family: 4 | 6
  /** Why it is refused; absent when it may be reached. */
  denial?: AddressDenial
}

export interface AddressDenial {
  reason: Exclude<AddressKind, 'public'> | 'ours'
  /** What an operator would have to write to open it; absent where nothing does. */
  grant?: string
}

/**
 * Judges one address as a destination. This machine's own addresses count as loopback. Fails closed: a grant that cannot be
 * read grants nothing.
 */
export function judgeAddress(given: IpAddress, port: number, policy: AddressPolicy): AddressVerdict {
  const real = unmapAddress(given)
  const verdict = { address: formatIpAddress(real), family: real.family }
  const socket = formatSocket(verdict.address, port)
  if (policy.closed?.includes(socket)) return { ...verdict, denial: { reason: 'ours' } }
  const reason = reasonAgainst(given, verdict.address)
  if (reason === undefined) return verdict
  if (reason === 'loopback' && !policy.loopback.includes(socket)) {
    return { ...verdict, denial: { reason, grant: `--allow ${socket}` } }
  }
  if (reason === 'private' && !isGranted(real, policy.privateRanges)) {
    const grant = `ALLOW_PRIVATE_CIDRS=${verdict.address}/${real.family === 4 ? 32 : 128}`
    return { ...verdict, denial: { reason, grant } }
  }
  return isGrantable(reason) ? verdict : { ...verdict, denial: { reason } }
}

function reasonAgainst(given: IpAddress, address: string): AddressDenial['reason'] | undefined {
  const kind = kindOfAddress(given)
  if ((kind === 'public' || kind === 'private') && ownAddresses().has(address)) return 'loopback'
  return kind === 'public' ? undefined : kind
}

function isGrantable(reason: AddressDenial['reason']): boolean {
  return reason === 'loopback' || reason === 'private'
}

/** `127.0.0.1:2379`, `[::1]:2379` */
export function formatSocket(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function isGranted(address: IpAddress, ranges: readonly string[]): boolean {
  return ranges.some((text) => {
    const cidr = parseCidr(text)
    return cidr !== undefined && isInCidr(address, cidr)
  })
}
