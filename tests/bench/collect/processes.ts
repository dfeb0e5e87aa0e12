import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** Of proc(5): what the kernel counts times in. */
const ticksPerSecond = 100

interface Stat {
  parent: number
  ownTicks: number
  /** Of children that have ended. */
  childrenTicks: number
}

function statOf(pid: number): Stat | undefined {
  try {
    // The name in parentheses may hold spaces; behind it, state is the first field.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ').map(Number) ?? []
    const [, parent = 0, ...rest] = fields
    // After state and parent: utime, stime, cutime and cstime are fields 14 to 17 of the whole line.
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = rest.slice(9, 13)
    return { parent, ownTicks: utime + stime, childrenTicks: cutime + cstime }
  } catch {
    return undefined
  }
}

/** Seconds of processor a process has used with all its children, living and ended. */
function cpuSecondsWithChildren(pid: number): number {
  const children = readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined
    return stat?.parent === pid ? [stat] : []
  })
  const own = statOf(pid)
  const ticks = [own, ...children].reduce((sum, stat) => sum + (stat?.ownTicks ?? 0) + (stat?.childrenTicks ?? 0), 0)
  return ticks / ticksPerSecond
}

/** Seconds of processor the whole machine has used, whoever used it. */
function cpuSecondsOfMachine(): number {
  const usedMs = cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0)
  return usedMs / 1000
}

export type CpuUse = Readonly<Record<'workers' | 'postgres' | 'redis' | 'etcds' | 'bench' | 'machine', number>>

export interface Pids {
  readonly workers: readonly number[]
  readonly postgres: number
  readonly redis: number
  readonly etcds: readonly number[]
}

/** Seconds of processor used so far, by who uses it. */
export function cpuUse({ workers, postgres, redis, etcds }: Pids): CpuUse {
  const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + cpuSecondsWithChildren(pid), 0)
  const { user, system } = process.cpuUsage()
  return {
    workers: sum(workers),
    postgres: sum([postgres]),
    redis: sum([redis]),
    etcds: sum(etcds),
    bench: (user + system) / 1e6,
    machine: cpuSecondsOfMachine(),
  }
}

/** MiB: the most a process has held since it began, and what it holds now. */
export function memoryMib(pid: number): { peak: number; now: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
  return { peak: Math.round(kib('VmHWM') / 1024), now: Math.round(kib('VmRSS') / 1024) }
}
