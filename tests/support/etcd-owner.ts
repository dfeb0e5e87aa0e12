import { runEtcd } from '#lib/etcd-server/run-cluster.ts'

/** Run as a process of its own that owns a cluster until it is killed: says where its members are, then waits. */
const etcd = await runEtcd(JSON.parse(process.argv[2] ?? ''))
process.stdout.write(`${JSON.stringify(etcd.members.map(({ pid, clientUrl }) => ({ pid, clientUrl })))}\n`)
setInterval(() => undefined, 60_000)
