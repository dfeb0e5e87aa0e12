import { authCalls, roleCalls, userCalls } from './access-control.ts'
import { Caller } from './caller.ts'
import type { EtcdAccess, EtcdCredential, EtcdEndpoint } from './connection.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { sharedConnections } from './connection-pool.ts'
import type { CallOptions } from './deadline.ts'
import { httpCalls } from './http.ts'
import { keyCalls } from './keys.ts'
import { leaseCalls } from './leases.ts'
import { maintenanceCalls } from './maintenance.ts'
import { memberCalls } from './members.ts'
import { readPermissionCalls } from './read-permission.ts'
import { certificateCalls } from './server-certificate.ts'
import { snapshotCalls } from './snapshot.ts'
import type { TokenCache } from './tokens.ts'
import { sharedTokens } from './tokens.ts'
import { transactionCalls } from './transactions.ts'
import { watchCalls } from './watch.ts'

export type EtcdClient = ReturnType<typeof openEtcd>

interface Shared {
  connections?: ConnectionPool
  tokens?: TokenCache
}

/**
 * The one way to speak to an etcd cluster. Opening connects to nothing and costs nothing: connections and tokens belong to the
 * process and outlive the client, so a client is made for every piece of work.
 *
 * Every call has a deadline (5 s unless said otherwise), ends with its signal, and throws AppErrors: `etcd-*`, or those of
 * `lib/net` on the way there. A failed write says in `details.outcome` whether it may have happened: `unknown` or `not-done`.
 */
export function openEtcd(access: EtcdAccess, shared: Shared = {}) {
  const { connections = sharedConnections(), tokens = sharedTokens() } = shared
  const caller = new Caller(access, { connections, tokens })
  return {
    access,
    ...memberCalls(caller),
    ...maintenanceCalls(caller),
    ...snapshotCalls(caller),
    ...watchCalls(caller),
    ...httpCalls(caller),
    ...certificateCalls(caller),
    keys: { ...keyCalls(caller), ...transactionCalls(caller), ...readPermissionCalls(caller) },
    leases: leaseCalls(caller),
    auth: {
      ...authCalls(caller),
      /** Proves a credential at one member. @throws AppError `etcd-auth-failed`, `etcd-auth-disabled` */
      prove: (endpoint: EtcdEndpoint, credential: EtcdCredential, options: CallOptions = {}): Promise<void> =>
        caller.prove(endpoint, credential, options),
    },
    users: userCalls(caller),
    roles: roleCalls(caller),
  }
}
