import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#lib/errors.ts'
import { secondMs } from '#lib/time.ts'

export interface ResourceLimits {
  readonly memoryMaxBytes?: number | undefined
  readonly diskMaxBytes?: number | undefined
}

/** What is watched: the living processes, and the folder all of them write to. */
export interface Watched {
  readonly dataDir: string
  readonly pids: () => readonly number[]
  /** Between two looks; a second by default. */
  readonly intervalMs?: number
}

/**
 * Measures again and again what a cluster takes, and calls `onExceeded` once when it is more than it may. The kernel's walls
 * that need no rights bound one process or one file, roughly (a ulimit on addresses kills every Go program, cgroups want root):
 * what is written between two looks can go beyond, so a limit leaves that much room. `also` runs with each measurement. Gives
 * what ends the watch.
 */
export function watchResources(
  watched: Watched,
  limits: ResourceLimits,
  { onExceeded, also }: { onExceeded: (error: AppError) => void; also: () => Promise<void> },
): () => void {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const look = async () => {
    // A file that goes away between two calls is nothing to stop for; the next look sees it right.
    const excess = await findExcess(watched, limits).catch(() => undefined)
    await also().catch(() => undefined)
    if (isOver) return
    if (excess) onExceeded(excess)
    else wait()
  }
  const wait = () => {
    timer = setTimeout(() => void look(), watched.intervalMs ?? secondMs).unref()
  }
  wait()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

async function findExcess({ dataDir, pids }: Watched, limits: ResourceLimits): Promise<AppError | undefined> {
  if (limits.memoryMaxBytes !== undefined) {
    const usedBytes = pids().reduce((sum, pid) => sum + memoryOf(pid), 0)
    if (usedBytes > limits.memoryMaxBytes) return exceeded('memory', usedBytes, limits.memoryMaxBytes)
  }
  if (limits.diskMaxBytes !== undefined) {
    const usedBytes = await diskUsage(dataDir)
    if (usedBytes > limits.diskMaxBytes) return exceeded('disk', usedBytes, limits.diskMaxBytes)
  }
  return undefined
}

function exceeded(resource: 'memory' | 'disk', usedBytes: number, maxBytes: number): AppError {
  const message = `etcd was stopped: it takes ${usedBytes} bytes of ${resource} and may take ${maxBytes}`
  return new AppError('etcd-limit-exceeded', message, { details: { resource, usedBytes, maxBytes } })
}

/** Bytes that only this process holds. The database file is mapped into memory too, but the system can take that back. */
function memoryOf(pid: number): number {
  try {
    if (process.platform !== 'linux') {
      return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
    }
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** Bytes on disk below a folder: blocks, since etcd reserves its log files before it writes them. */
async function diskUsage(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true })
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return diskUsage(path)
      const file = await lstat(path).catch(() => undefined)
      return (file?.blocks ?? 0) * 512
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
