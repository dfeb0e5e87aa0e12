import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { ThrowAwayLimits } from '#lib/etcd-server/throw-away.ts'
import type { DrillOrder, DrillReport } from '#lib/restores/drill.ts'
import { drillSnapshot } from '#lib/restores/drill.ts'

export const drillLimits: ThrowAwayLimits = { diskMaxBytes: 2 ** 30, memoryMaxBytes: 2 ** 30, deadlineMs: 60_000 }

/** For one test; what drills write goes into `drills` below it. */
export function makeDrillFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kstone-drill-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'drills'))
  return folder
}

type Order = Pick<DrillOrder, 'file' | 'minor' | 'expected'> & Partial<DrillOrder>

/** A drill, after which nothing may be left, however it ended. */
export async function drill(folder: string, order: Order): Promise<DrillReport> {
  const parentDir = join(folder, 'drills')
  const { signal } = new AbortController()
  try {
    return await drillSnapshot({ parentDir, limits: drillLimits, signal, ...order })
  } finally {
    expect(leftIn(parentDir)).toEqual({ folders: [], processes: [] })
  }
}

/** What there is of throw-away etcds in a folder. */
export function leftIn(parentDir: string): { folders: string[]; processes: string[] } {
  return { folders: readdirSync(parentDir), processes: processesIn(parentDir) }
}

/** The command lines of etcd and its tools that write into a folder. */
function processesIn(folder: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(commandOf).filter((command) => command.includes(`=${folder}/`))
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
