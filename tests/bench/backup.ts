import { fork, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { drillSnapshot } from '#lib/restores/drill.ts'
import { print } from '#scripts/steps.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo } from '#tests/support/etcd-access.ts'
import { percentile } from '#tests/support/percentile.ts'
import { startS3Server } from '#tests/support/s3-server.ts'
import { PutLoad } from './backup/put-load.ts'

// What a backup takes beside `etcdctl snapshot save` of the same cluster, in turns: streamed, hashed, checked page by page, counted
// against the live cluster, packed, uploaded to an S3 server that is a process of its own, and read back. Then a drill.

const options = z
  .object({
    /** MB of the databases. */
    BACKUP_SIZES: z
      .string()
      .default('90,1000')
      .transform((text) => text.split(',').map(Number)),
    BACKUP_PAIRS: z.coerce.number().default(5),
    BACKUP_VERSION: z.enum(['3.4', '3.5']).default('3.5'),
  })
  .parse(process.env)

const taken = z.object({
  wallMs: z.number(),
  withReadBackMs: z.number(),
  cpuMs: z.number(),
  sizeBytes: z.number(),
  storedBytes: z.number(),
  isVerified: z.boolean(),
  peakBytes: z.number(),
  phases: z.record(z.string(), z.number()),
})
type Taken = z.infer<typeof taken>

const mb = 1_000_000
const valueBytes = 4_000

const figures: string[] = []
const folder = await mkdtemp(join(tmpdir(), 'kstone-bench-backup-'))
try {
  for (const size of options.BACKUP_SIZES) await measure(size)
} finally {
  await rm(folder, { recursive: true, force: true })
}
print(`\n${figures.join('\n')}`)

async function measure(sizeMb: number): Promise<void> {
  await using etcd = await startEtcd({ version: options.BACKUP_VERSION, members: 3, quotaBytes: 8 * 1024 ** 3 })
  await using s3 = await startS3Server('backups')
  await fillUp(etcd, sizeMb * mb)
  await using ours = await startOurs(etcd, s3.port)
  print(`\n${sizeMb} MB, etcd ${options.BACKUP_VERSION}, three members, ${options.BACKUP_PAIRS} pairs in turns`)
  await ours.take()
  await saveByEtcdctl(etcd)
  const rows: { ours: Taken; theirsMs: number; oursPut: number; theirsPut: number; theirCpuMs: number }[] = []
  for (let pair = 0; pair < options.BACKUP_PAIRS; pair += 1) {
    const one = await underLoad(etcd, () => saveByEtcdctl(etcd))
    const other = await underLoad(etcd, () => ours.take())
    rows.push({
      ours: other.result,
      theirsMs: one.result.wallMs,
      theirCpuMs: one.result.cpuMs,
      oursPut: other.putP99Ms,
      theirsPut: one.putP99Ms,
    })
    const { wallMs, withReadBackMs, cpuMs, phases } = other.result
    print(
      `  etcdctl ${one.result.wallMs} ms (cpu ${one.result.cpuMs}), ours ${wallMs} ms, with read-back ${withReadBackMs} ms (cpu ${cpuMs}); put p99 ${one.putP99Ms} / ${other.putP99Ms} ms; ${JSON.stringify(phases)}`,
    )
  }
  const ratio = (of: (row: (typeof rows)[number]) => number) => median(rows.map(of)).toFixed(2)
  const suffix = `_${sizeMb}mb`
  figure(
    `wall_ratio_to_etcdctl${suffix}`,
    ratio(({ ours: { wallMs }, theirsMs }) => wallMs / theirsMs),
    'x',
  )
  figure(
    `readback_ratio_to_etcdctl${suffix}`,
    ratio(({ ours: { withReadBackMs }, theirsMs }) => withReadBackMs / theirsMs),
    'x',
  )
  figure(
    `put_p99_ratio${suffix}`,
    ratio(({ oursPut, theirsPut }) => oursPut / theirsPut),
    'x',
  )
  figure(
    `peak_memory${suffix}`,
    String(Math.round(Math.max(...rows.map(({ ours: { peakBytes } }) => peakBytes)) / 1024 ** 2)),
    'MiB',
  )
  figure(`cpu_ms${suffix}`, String(median(rows.map(({ ours: { cpuMs } }) => cpuMs))), 'ms')
  figure(`etcdctl_cpu_ms${suffix}`, String(median(rows.map(({ theirCpuMs }) => theirCpuMs))), 'ms')
  if (rows.some(({ ours: { isVerified } }) => !isVerified)) throw new Error('a backup was not verified')
  await drill(etcd, sizeMb)
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

function figure(name: string, value: string, unit: string): void {
  figures.push(`bench backup ${name} ${value} ${unit}`)
}

/** Values that pack about as objects of Kubernetes do: half of each is random. */
async function fillUp(etcd: RunningEtcd, bytes: number): Promise<void> {
  const client = openEtcd(accessTo(etcd))
  const words = Buffer.from('{"kind":"Pod","apiVersion":"v1","metadata":{"namespace":"default"}}'.repeat(64)).subarray(
    0,
    valueBytes / 2,
  )
  for (let written = 0, n = 0; written < bytes; ) {
    const puts = Array.from({ length: 100 }, () => {
      n += 1
      const value = Buffer.concat([words, randomBytes(valueBytes / 2)])
      return { put: { key: Buffer.from(`/registry/pods/default/pod-${n}`), value } }
    })
    await client.keys.transact({ perform: puts })
    written += puts.length * valueBytes
  }
}

async function underLoad<Result>(etcd: RunningEtcd, work: () => Promise<Result>) {
  const load = new PutLoad(openEtcd(accessTo(etcd)))
  try {
    return { result: await work(), putP99Ms: Number(percentile(await load.stop(), 0.99).toFixed(1)) }
  } finally {
    await load.stop()
  }
}

async function saveByEtcdctl({ binaries, members }: RunningEtcd): Promise<{ wallMs: number; cpuMs: number }> {
  const file = join(folder, 'etcdctl.db')
  await rm(file, { force: true })
  const [, member] = members
  const save = [binaries.etcdctl, `--endpoints=${member?.clientUrl}`, 'snapshot', 'save', file]
  const beganMs = performance.now()
  // The second line of `times` is what the shell's children took.
  const child = spawn('sh', ['-c', '"$@" >/dev/null 2>&1 || exit 1; times', 'sh', ...save], {
    env: { NODE_ENV: 'production', ETCDCTL_API: '3' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const wallMs = Math.round(performance.now() - beganMs)
  if (code !== 0) throw new Error(`etcdctl ended with ${code}`)
  const used = [...(said.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
  return {
    wallMs,
    cpuMs: Math.round(used.reduce((sum, [, m, sec]) => sum + Number(m) * 60_000 + Number(sec) * 1000, 0)),
  }
}

async function startOurs(etcd: RunningEtcd, s3Port: number) {
  const endpoints = etcd.members.map(({ clientUrl }) => clientUrl)
  const loopback = [...endpoints.map((url) => new URL(url).host), `127.0.0.1:${s3Port}`]
  const order = { endpoints, s3Port, spool: join(folder, 'spool'), loopback }
  const child = fork(join(import.meta.dirname, 'backup', 'take-one.ts'), [], {
    env: { ...process.env, ORDER: JSON.stringify(order) },
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process that takes backups ended with ${code}`)
  })
  ended.catch(() => undefined)
  await Promise.race([once(child, 'message'), ended])
  return {
    take: async (): Promise<Taken> => {
      child.send('take')
      const [message] = await Promise.race([once(child, 'message'), ended])
      return taken.parse(message)
    },
    async [Symbol.asyncDispose]() {
      child.send('end')
      await once(child, 'exit')
    },
  }
}

async function drill(etcd: RunningEtcd, sizeMb: number): Promise<void> {
  const file = join(folder, 'etcdctl.db')
  const [endpoint] = accessTo(etcd).endpoints
  if (!endpoint) throw new Error('no endpoint')
  const client = openEtcd(accessTo(etcd))
  const { header } = await client.status(endpoint)
  const { count } = await client.keys.count({ range: { key: Buffer.from([0]), end: Buffer.from([0]) }, endpoint })
  await saveByEtcdctl(etcd)
  const report = await drillSnapshot({
    ...{ file, minor: options.BACKUP_VERSION, parentDir: folder, signal: AbortSignal.timeout(600_000) },
    expected: { revision: header.revision, liveKeys: count, keysByPrefix: {} },
    limits: { diskMaxBytes: 8 * 1024 ** 3, memoryMaxBytes: 2 * 1024 ** 3, deadlineMs: 600_000 },
  })
  if (report.verdict !== 'proven') throw new Error(`the drill says ${report.verdict} ${JSON.stringify(report.failure)}`)
  figure(`drill_seconds_${sizeMb}mb`, report.seconds.total.toFixed(1), 's')
}
