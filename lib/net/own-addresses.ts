import { networkInterfaces } from 'node:os'
import { formatIpAddress, parseIpAddress } from '#lib/ip-address.ts'
import { secondMs } from '#lib/time.ts'

const keptMs = 5 * secondMs

let kept: { addresses: ReadonlySet<string>; until: number } | undefined

/**
 * The addresses of this machine's own network cards, in canonical spelling. Behind them listens what listens on 127.0.0.1 too, our
 * own database among it, and no firewall stands between: they are judged like loopback, be they private or public.
 */
export function ownAddresses(): ReadonlySet<string> {
  if (!kept || kept.until < Date.now()) kept = { addresses: readOwnAddresses(), until: Date.now() + keptMs }
  return kept.addresses
}

function readOwnAddresses(): ReadonlySet<string> {
  const listed = Object.values(networkInterfaces()).flatMap((card) => card ?? [])
  return new Set(
    listed.flatMap(({ address }) => {
      const parsed = parseIpAddress(address)
      return parsed ? formatIpAddress(parsed) : []
    }),
  )
}
