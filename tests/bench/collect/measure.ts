import { setTimeout as delay } from 'node:timers/promises'
import { percentile } from '#tests/support/percentile.ts'
import type { BenchEtcds } from './bench-etcds.ts'
import type { Ledger } from './ledger.ts'
import type { CpuUse, Pids } from './processes.ts'
import { cpuUse, memoryMib } from './processes.ts'
import { SocketWatch } from './sockets.ts'

/** What is looked at from outside, and whose processor time counts as whose. */
export interface Scene {
  readonly ledger: Ledger
  readonly etcds: BenchEtcds
  readonly pids: Pids
}

/** What happened between two moments. */
export interface Measured {
  readonly seconds: number
  readonly collections: number
  readonly samples: number
  readonly signIns: number
  /** Of the database. */
  readonly transactions: number
  /** Connections to members that came about, and those of them with TLS. */
  readonly connections: { all: number; secured: number }
  /** The most that were open at once. */
  readonly socketsMax: number
  /** Of each worker, the most it ever held. */
  readonly memoryMib: readonly number[]
  /** Seconds of processor. */
  readonly cpu: CpuUse
  /** Milliseconds each turn began after it was due; of clusters that answer, and of those in the dark. */
  readonly lateness: { healthy: readonly number[]; dark: readonly number[] }
}

const lookEveryMs = 10_000

/** Looks on for so many seconds. `oneInDark` tells which clusters count as being in the dark. */
export async function measure(scene: Scene, seconds: number, oneInDark: number): Promise<Measured> {
  const { ledger, etcds, pids } = scene
  const sockets = watchSockets(etcds)
  sockets.look()
  const before = {
    stored: await ledger.countStored(),
    transactions: await ledger.countTransactions(),
    signIns: await etcds.countSignIns(),
    seen: sockets.seen,
  }
  const known = new Set((await ledger.lateness(oneInDark)).map(({ turn }) => turn))
  const cpuBefore = cpuUse(pids)
  const beganMs = performance.now()
  const endsMs = beganMs + seconds * 1000
  const lateness = { healthy: [] as number[], dark: [] as number[] }
  let socketsMax = sockets.open
  while (performance.now() < endsMs) {
    await delay(Math.min(lookEveryMs, endsMs - performance.now()))
    sockets.look()
    socketsMax = Math.max(socketsMax, sockets.open)
    for (const { turn, lateMs, isDark } of await ledger.lateness(oneInDark)) {
      if (known.has(turn)) continue
      known.add(turn)
      lateness[isDark ? 'dark' : 'healthy'].push(lateMs)
    }
  }
  const stored = await ledger.countStored()
  const tookSeconds = (performance.now() - beganMs) / 1000
  const cpuAfter = cpuUse(pids)
  return {
    seconds: tookSeconds,
    collections: stored.collections - before.stored.collections,
    samples: stored.samples - before.stored.samples,
    signIns: (await etcds.countSignIns()) - before.signIns,
    transactions: (await ledger.countTransactions()) - before.transactions,
    connections: {
      all: sockets.seen.all - before.seen.all,
      secured: sockets.seen.secured - before.seen.secured,
    },
    socketsMax,
    memoryMib: pids.workers.map((pid) => memoryMib(pid).peak),
    cpu: {
      workers: cpuAfter.workers - cpuBefore.workers,
      postgres: cpuAfter.postgres - cpuBefore.postgres,
      redis: cpuAfter.redis - cpuBefore.redis,
      etcds: cpuAfter.etcds - cpuBefore.etcds,
      bench: cpuAfter.bench - cpuBefore.bench,
      machine: cpuAfter.machine - cpuBefore.machine,
    },
    lateness,
  }
}

function watchSockets({ plain, secured }: BenchEtcds): SocketWatch {
  const ports = ({ members }: BenchEtcds['plain']) => members.map(({ clientUrl }) => Number(new URL(clientUrl).port))
  return new SocketWatch({ plain: ports(plain), secured: ports(secured) })
}

export function quantiles(values: readonly number[]): { p50: number; p99: number; longest: number } {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99), longest: percentile(values, 1) }
}
