import { AppError } from '#lib/errors.ts'
import type { IpAddress } from '#lib/ip-address.ts'
import { parseIpAddress } from '#lib/ip-address.ts'
import { processWide } from '#lib/process-wide.ts'
import type { AddressDenial, AddressVerdict } from './address-policy.ts'
import { formatSocket, judgeAddress } from './address-policy.ts'
import type { Door } from './door.ts'
import { isLocalhost, lookUp } from './look-up.ts'
import { isOwnEndpoint } from './make-own-endpoint.ts'
import type { Destination, NamedEndpoint } from './own-endpoint.ts'
import { parseHost } from './parse-host.ts'

/** A destination with the address to connect to: whoever connects uses `address` and never looks `host` up again. */
export interface CheckedAddress {
  /** The name in lower case, or the address without brackets: what a certificate is checked against. */
  readonly host: string
  readonly port: number
  /** IP address, judged. */
  readonly address: string
  readonly family: 4 | 6
  /** The other addresses of the same answer, all of them judged too. */
  readonly others: readonly string[]
}

/**
 * Looks a destination up, once, and judges every address it has: one that is denied denies them all, since whoever mixes
 * them hopes that the wrong one is taken.
 *
 * @throws AppError `address-malformed`, `address-denied`, `name-unknown`, `name-lookup-failed`; the signal's reason when it is aborted
 */
export async function resolve(destination: Destination, door: Door): Promise<CheckedAddress> {
  if (isOwnEndpoint(destination)) return ownAddress(destination)
  const { port } = destination
  const host = parseHost(destination)
  if ('address' in host) {
    const verdict = judgeAddress(host.address, port, door.policy)
    return choose({ host: verdict.address, port }, [verdict])
  }
  const answers = await lookUp({ host: host.name, port }, door)
  const verdicts = answers.map((answer) => judgeAddress(mustParse(answer), port, door.policy))
  return choose({ host: host.name, port }, isLocalhost(host.name) ? grantedFirst(verdicts) : verdicts)
}

/** Known by identity: what merely looks judged is not connected to. */
const judged = processWide('net judged', () => new WeakSet<object>())

function vouchFor(checked: CheckedAddress): CheckedAddress {
  Object.freeze(checked.others)
  judged.add(Object.freeze(checked))
  return checked
}

/** Whether `resolve` itself gave this. */
export function isJudged(checked: CheckedAddress): boolean {
  return judged.has(checked)
}

function ownAddress({ address, port }: { address: string; port: number }): CheckedAddress {
  return vouchFor({ host: address, port, address, family: address.includes(':') ? 6 : 4, others: [] })
}

function choose({ host, port }: NamedEndpoint, verdicts: readonly AddressVerdict[]): CheckedAddress {
  const denied = verdicts.find(({ denial }) => denial !== undefined)
  if (denied?.denial) throw refusal({ host, port }, denied.address, denied.denial)
  const [first, ...others] = verdicts
  if (!first) throw new AppError('name-unknown', `${host} has no address`, { details: { host, port } })
  const { address, family } = first
  return vouchFor({ host, port, address, family, others: others.map((other) => other.address) })
}

/** `localhost` has both loopback addresses on most machines, and nobody can give it others: one grant is enough. */
function grantedFirst(verdicts: readonly AddressVerdict[]): readonly AddressVerdict[] {
  const granted = verdicts.filter(({ denial }) => denial === undefined)
  return granted.length > 0 && verdicts.every(isLoopback) ? granted : verdicts
}

function isLoopback({ address }: AddressVerdict): boolean {
  return address.startsWith('127.') || address === '::1'
}

function refusal({ host, port }: NamedEndpoint, address: string, { reason, grant }: AddressDenial): AppError {
  const socket = formatSocket(address, port)
  const kind = reason === 'ours' ? "which is Kstone's own server" : `a ${reason} address`
  const way = grant?.startsWith('--allow') ? `npm start -- ${grant}` : grant
  const fix = way === undefined ? 'nothing opens it' : `an operator can open it: ${way}`
  return new AppError('address-denied', `${host} leads to ${socket}, ${kind}; ${fix}`, {
    details: { host, port, address, reason, ...(grant === undefined ? {} : { grant }) },
  })
}

function mustParse(answer: string): IpAddress {
  const address = parseIpAddress(answer)
  if (!address) throw new AppError('name-lookup-failed', `The DNS answered with ${JSON.stringify(answer)}`)
  return address
}
