import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { createTeamWithReach } from './cluster-imports.ts'
import type { TcpRelay } from './tcp-relay.ts'
import { startTcpRelay } from './tcp-relay.ts'
import type { Watched, WatchedFleet } from './watched-fleet.ts'

/** A cluster that is watched through wires of its own, one to each member in the order of the members. */
export interface RelayedEtcd extends AsyncDisposable {
  readonly watched: Watched
  readonly relays: readonly TcpRelay[]
}

export async function watchRelayed(
  fleet: WatchedFleet,
  etcd: RunningEtcd,
  how: Parameters<WatchedFleet['watch']>[1] = {},
): Promise<RelayedEtcd> {
  const places = etcd.members.map(({ clientUrl }) => new URL(clientUrl))
  const relays = await Promise.all(
    places.map(({ hostname, port }) => startTcpRelay({ address: hostname, port: Number(port) })),
  )
  const hosts = relays.map(({ port }) => `127.0.0.1:${port}`)
  const team = await createTeamWithReach(relays.map(({ port }) => port))
  const access = {
    endpoints: hosts.map((host) => `${etcd.tls ? 'https' : 'http'}://${host}`),
    addressMap: Object.fromEntries(places.map(({ host }, index) => [host, hosts[index]])),
  }
  const watched = await fleet.watch(etcd, { ...access, ...how }, team)
  return {
    watched,
    relays,
    async [Symbol.asyncDispose]() {
      for (const relay of relays) await relay[Symbol.asyncDispose]()
    },
  }
}
