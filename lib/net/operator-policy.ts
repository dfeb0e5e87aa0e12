import { parseIpAddress } from '#lib/ip-address.ts'
import type { AddressPolicy } from './address-policy.ts'
import { formatSocket, judgeAddress } from './address-policy.ts'
import { ownAddresses } from './own-addresses.ts'
import type { NamedEndpoint } from './own-endpoint.ts'

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']

/** What `localhost` and, as Debian writes it into /etc/hosts, the machine's own name stand for. */
const loopback = ['127.0.0.1', '::1', '127.0.1.1']

/**
 * What a server that the operator named in the configuration (mail, identity provider, object store) may be: public, private, or
 * on this machine at exactly the port that was named. Metadata and link-local addresses stay closed even to the operator.
 */
export function operatorPolicy({ host, port }: NamedEndpoint): AddressPolicy {
  const named = parseIpAddress(host.replace(/^\[|\]$/g, ''))
  const own = named ? [judgeAddress(named, port, { privateRanges, loopback: [] }).address] : []
  return {
    privateRanges,
    loopback: [...own, ...loopback, ...ownAddresses()].map((address) => formatSocket(address, port)),
  }
}
