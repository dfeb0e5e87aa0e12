import { openThrowAwayEtcd } from '#lib/etcd-server/throw-away.ts'

/*
 * A process of its own that opens a throw-away etcd and is killed over it: says each stage as it comes to it, and holds what
 * it has opened until then.
 */
const [file = '', minor = '', parentDir = ''] = process.argv.slice(2)
const limits = { diskMaxBytes: 2 ** 30, memoryMaxBytes: 2 ** 30, deadlineMs: 60_000 }
const { signal } = new AbortController()
const onStage = (stage: string) => process.stdout.write(`${stage}\n`)
await using etcd = await openThrowAwayEtcd({ file, minor, parentDir, limits, signal, onStage })
process.stdout.write(`pid ${etcd.pid}\n`)
await new Promise((resolve) => setTimeout(resolve, limits.deadlineMs))
