import type { EtcdAccess, EtcdEndpoint } from '#lib/etcd/connection.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'

/** How a test's own etcd is spoken to; `changes` for what the test is about. */
export function accessTo(etcd: Pick<RunningEtcd, 'members' | 'tls'>, changes: Partial<EtcdAccess> = {}): EtcdAccess {
  const scheme = etcd.tls ? 'https' : 'http'
  return {
    endpoints: etcd.members.map(({ endpoint }) => ({ scheme, destination: endpoint })),
    tls: etcd.tls,
    door: { policy: { privateRanges: [], loopback: [] } },
    ...changes,
  }
}

/** An endpoint anybody could have named, for which `grantsOf` opens the door. */
export function namedEndpoint(port: number, { scheme = 'http', host = '127.0.0.1' } = {}): EtcdEndpoint {
  return { scheme: scheme === 'https' ? 'https' : 'http', destination: { host, port } }
}

export function grantsOf(...ports: number[]): EtcdAccess['door'] {
  return { policy: { privateRanges: [], loopback: ports.map((port) => `127.0.0.1:${port}`) } }
}

/** How often a call was handled, over all members, as they count it themselves. */
export async function countCalls(
  read: (endpoint: EtcdEndpoint) => Promise<string>,
  access: EtcdAccess,
  method: string,
): Promise<number> {
  const texts = await Promise.all(access.endpoints.map(read))
  const line = new RegExp(`^grpc_server_handled_total\\{[^}]*grpc_method="${method}"[^}]*\\} (\\d+)`, 'gm')
  return texts.flatMap((text) => [...text.matchAll(line)]).reduce((sum, [, count]) => sum + Number(count), 0)
}
