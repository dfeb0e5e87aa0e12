import { formatSocket } from '#lib/net/address-policy.ts'
import type { EtcdAccess, EtcdEndpoint, HostPort } from './connection.ts'
import { formatDestination, isOfGivenScheme, parseEndpoint, parseHostPort } from './connection.ts'

/** Tells where a member is reached that advertises these addresses. */
export type EndpointFinder = (urls: readonly string[]) => EtcdEndpoint | undefined

/**
 * Of the addresses a member advertises the one to use: what the map says, else one we were given ourselves, else the first
 * of the given scheme. They come from the cluster and may name anything: whoever connects asks the door.
 *
 * The map and the endpoints given are read once for an access: members advertise by the thousand if somebody means ill.
 */
export function makeEndpointFinder(access: EtcdAccess): EndpointFinder {
  const finder = made.get(access) ?? newFinder(access)
  made.set(access, finder)
  return finder
}

const made = new WeakMap<EtcdAccess, EndpointFinder>()

function newFinder(access: EtcdAccess): EndpointFinder {
  const map = readAddressMap(access)
  const given = readGiven(access)
  return (urls) => {
    const advertised = urls.flatMap((url) => parseEndpoint(url) ?? [])
    const places = advertised.map(({ scheme, destination: { host, port } }) => ({
      scheme,
      place: formatSocket(host, port),
    }))
    for (const { scheme, place } of places) {
      const destination = map.get(place)
      if (destination) return { scheme: access.endpoints[0]?.scheme ?? scheme, destination }
    }
    const [known] = places.flatMap(({ place }) => given.get(place) ?? [])
    return known ?? advertised.find((endpoint) => isOfGivenScheme(access, endpoint))
  }
}

/** What is reachable from here, by the canonical spelling of what is advertised. */
function readAddressMap({ addressMap = {} }: EtcdAccess): ReadonlyMap<string, HostPort> {
  const entries = Object.entries(addressMap).toReversed()
  return new Map(
    entries.flatMap(([from, to]) => {
      const [advertised, reachable] = [parseHostPort(from), parseHostPort(to)]
      return advertised && reachable ? [[formatSocket(advertised.host, advertised.port), reachable]] : []
    }),
  )
}

/** The one given may be a server of our own, which only the object itself opens; so it is taken rather than its likeness. */
function readGiven({ endpoints }: EtcdAccess): ReadonlyMap<string, EtcdEndpoint> {
  return new Map(endpoints.toReversed().map((endpoint) => [formatDestination(endpoint.destination), endpoint]))
}
