import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import type { EtcdAccess, EtcdEndpoint } from '#lib/etcd/connection.ts'
import { parseEndpoint } from '#lib/etcd/connection.ts'
import { ConnectionPool } from '#lib/etcd/connection-pool.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { TokenCache } from '#lib/etcd/tokens.ts'
import type { Door } from '#lib/net/door.ts'
import type { Access, Credential } from './run.ts'

/** Of one diagnosis: each of its endpoints and members once. */
const connectionsMax = 128

/** Sockets and tokens of one diagnosis. Nothing is shared with other work: what is tried here may be wrong, or slow to die. */
export class EtcdWay implements Disposable {
  readonly #access: Access
  readonly #door: Omit<Door, 'signal'>
  readonly #connections = new ConnectionPool(connectionsMax)
  readonly #tokens = new TokenCache()

  constructor(access: Access, { policy, dnsServers }: Omit<Door, 'signal'>) {
    this.#access = access
    this.#door = { policy, ...(dnsServers ? { dnsServers } : {}) }
  }

  /** A client that signs in as `user`, or with nothing but the client certificate. */
  client(user?: Credential): EtcdClient {
    return openEtcd(this.#accessAs(user), { connections: this.#connections, tokens: this.#tokens })
  }

  /** Does something over a connection that nothing else was done over. */
  async onFreshConnection<Result>(work: (client: EtcdClient) => Promise<Result>): Promise<Result> {
    const connections = new ConnectionPool(1)
    try {
      return await work(openEtcd(this.#accessAs(undefined), { connections, tokens: this.#tokens }))
    } finally {
      connections.close()
    }
  }

  [Symbol.dispose](): void {
    this.#connections.close()
  }

  #accessAs(reader: Credential | undefined): EtcdAccess {
    const { endpoints, tls, addressMap } = this.#access
    return {
      endpoints: endpoints.flatMap((one) => parseEndpoint(one) ?? []),
      tls,
      reader,
      addressMap,
      door: this.#door,
    }
  }
}

export function toEtcdEndpoint({ isTls, host, port }: EndpointParts): EtcdEndpoint {
  return { scheme: isTls ? 'https' : 'http', destination: { host, port } }
}

/** As etcdctl writes ids. */
export function hex(id: bigint): string {
  return id.toString(16)
}
