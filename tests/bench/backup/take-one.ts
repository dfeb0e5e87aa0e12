import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { openSpool } from '#lib/backups/spool.ts'
import { takeBackup } from '#lib/backups/take-backup.ts'
import { parseEndpoint } from '#lib/etcd/connection.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { newId } from '#lib/ids.ts'
import { Secret } from '#lib/secret.ts'
import { openS3Store } from '#lib/storage/s3.ts'

// Takes backups in a process of its own, one for each line of its input, and tells what each took: as a worker does, without the
// database. What is measured begins when the process is warm, as a worker is.

const order = z
  .object({ endpoints: z.array(z.string()), s3Port: z.number(), spool: z.string(), loopback: z.array(z.string()) })
  .parse(JSON.parse(process.env.ORDER ?? ''))

const groupModule = {
  url: new URL('../../../lib/services/backups/key-group-module.ts', import.meta.url).href,
  name: 'groupOf',
}
const door = { policy: { privateRanges: [], loopback: order.loopback, closed: [] } }
const client = openEtcd({ endpoints: order.endpoints.flatMap((url) => parseEndpoint(url) ?? []), door })
const store = openS3Store(
  {
    endpoint: `http://127.0.0.1:${order.s3Port}`,
    region: 'us-east-1',
    bucket: 'backups',
    pathStyle: true,
    accessKeyId: 'S3RVER',
    secretAccessKey: new Secret('S3RVER'),
  },
  { door },
)
const spool = await openSpool({ directory: order.spool, maxBytes: 16 * 1024 ** 3, perTeamShare: 1, freeBytesMin: 0 })

async function takeOne() {
  const signal = AbortSignal.timeout(600_000)
  const beganMs = performance.now()
  const cpu = process.cpuUsage()
  const phases: Record<string, number> = {}
  const taken = await takeBackup({
    ...{ client, store, signal, groupModule, expectedClusterId: null, compression: 'zstd', wantsHash: false },
    hooks: {
      enter: (phase) => {
        phases[phase] = Math.round(performance.now() - beganMs)
      },
      received: () => undefined,
      openSpool: (expectedBytes, either) => spool.reserve({ teamId: 'bench', expectedBytes, signal: either }),
      begin: () => Promise.resolve({ objectKey: `bench/${newId()}.db.zst`, encryption: null }),
      mayComplete: () => Promise.resolve(),
      mayKeep: () => Promise.resolve(),
      describe: ({ objectKey }) => ({ key: `${objectKey}.json`, bytes: Buffer.from('{}') }),
    },
  })
  const { user, system } = process.cpuUsage(cpu)
  await store.delete(taken.objectKey, { signal })
  return {
    wallMs: phases['read-back'] ?? 0,
    withReadBackMs: Math.round(performance.now() - beganMs),
    cpuMs: Math.round((user + system) / 1000),
    sizeBytes: taken.received.sizeBytes,
    storedBytes: taken.stored.sizeBytes,
    isVerified: taken.judged.doubt === null,
    peakBytes: peakOf(),
    phases,
  }
}

/** The most memory this process ever had. */
function peakOf(): number {
  const [, kib = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kib) * 1024
}

process.on('message', async (message) => {
  if (message === 'end') process.exit(0)
  process.send?.(await takeOne())
})
process.send?.('ready')
