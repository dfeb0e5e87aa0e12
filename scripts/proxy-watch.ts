import type { IncomingMessage } from 'node:http'

const warning =
  'A request came by way of a proxy (X-Forwarded-For), but TRUST_PROXY_HOPS is 0: everybody behind it counts as one ' +
  'address, and the limits on wrong passwords and on requests meet all of them together. Set TRUST_PROXY_HOPS to the ' +
  'number of proxies in front of this server (1 for a single one). Without any, a client has made the header up.'

/**
 * Gives what looks at every request, and warns once where a proxy stands in front that we are not told of.
 *
 * @param trustProxyHops as configured
 */
export function watchForProxy(
  trustProxyHops: number,
  warn: (message: string) => void,
): (request: Pick<IncomingMessage, 'headers'>) => void {
  let isWatching = trustProxyHops === 0
  return ({ headers }) => {
    if (!(isWatching && headers['x-forwarded-for'])) return
    isWatching = false
    warn(warning)
  }
}
