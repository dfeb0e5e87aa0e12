import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import type { EtcdUser } from '#lib/etcd-server/set-up-users.ts'
import { Secret } from '#lib/secret.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo, countCalls } from '#tests/support/etcd-access.ts'
import type { OddServer } from '#tests/support/odd-servers.ts'
import { startBlackHole } from '#tests/support/odd-servers.ts'

export const readerUser = { username: 'kstone-reader', password: 'of-the-reader' }
export const rootUser = { username: 'root', password: 'of-the-root' }

const users: EtcdUser[] = [
  { name: rootUser.username, password: new Secret(rootUser.password) },
  { name: readerUser.username, password: new Secret(readerUser.password), grants: [{ access: 'read', prefix: '' }] },
]

/** What every cluster of the fleet really is, and where those lead that went dark. */
export interface BenchEtcds extends AsyncDisposable {
  readonly plain: RunningEtcd
  readonly secured: RunningEtcd
  readonly blackHole: OddServer
  readonly pids: readonly number[]
  /** How often somebody signed in by password so far, by the etcds' own count. */
  countSignIns(): Promise<number>
}

const groups = ['/registry/pods/', '/registry/secrets/', '/apisix/routes/']
const keysPerGroup = 20
const writeEveryMs = 1000

/**
 * Two clusters of three members that answer at every address of 127.0.0.0/8: one plain, one with TLS and passwords. Each is
 * written to once a second, as no cluster in use stands still.
 */
export async function startBenchEtcds(): Promise<BenchEtcds> {
  const common = { members: 3, listenHost: '0.0.0.0' }
  const [plain, secured, blackHole] = await Promise.all([
    startEtcd(common),
    startEtcd({ ...common, tls: 'server', users }),
    startBlackHole('0.0.0.0'),
  ])
  const access = accessTo(secured, {
    root: { username: rootUser.username, password: new Secret(rootUser.password) },
    reader: { username: rootUser.username, password: new Secret(rootUser.password) },
  })
  const clients = [openEtcd(accessTo(plain)), openEtcd(access)]
  const put = (key: string) =>
    Promise.all(
      clients.map((client) =>
        client.keys.transact({ perform: [{ put: { key: Buffer.from(key), value: Buffer.alloc(200) } }] }),
      ),
    )
  for (const group of groups) for (let n = 0; n < keysPerGroup; n += 1) await put(`${group}${n}`)
  const writing = setInterval(() => void put('/registry/pods/0').catch(() => undefined), writeEveryMs)
  return {
    plain,
    secured,
    blackHole,
    pids: [...plain.members, ...secured.members].map(({ pid }) => pid),
    countSignIns: () => countCalls(openEtcd(access).metrics, access, 'Authenticate'),
    async [Symbol.asyncDispose]() {
      clearInterval(writing)
      await Promise.all([plain.stop(), secured.stop(), blackHole[Symbol.asyncDispose]()])
    },
  }
}
