import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { ProcessMark } from '#lib/process-mark.ts'
import { findProcess, isAlive, signalGroup } from '#lib/process-mark.ts'
import { makeStateDir } from '#scripts/paths.ts'
import { waitUntil } from '#scripts/wait-until.ts'
import { writeFileAtomically } from '#scripts/write-file-atomically.ts'

const processMark = z.object({ pid: z.number(), startedAt: z.string() })
const runRecord = z.object({
  owner: processMark,
  state: z.enum(['starting', 'running', 'stopping']),
  url: z.string().optional(),
  /** Whether its web part serves what stands in .next. */
  servesBuild: z.boolean().optional(),
  children: z.record(z.string(), processMark),
  folders: z.array(z.string()),
})

/** What a command has started, kept on disk so that the next command can end what a killed one left behind. */
export type RunRecord = z.infer<typeof runRecord>

export class RunRecordFile {
  readonly path: string
  #record: RunRecord

  private constructor(path: string, record: RunRecord) {
    this.path = path
    this.#record = record
  }

  /** Makes the record; throws EEXIST when another process of this checkout holds that name. */
  static create(name: string): RunRecordFile {
    const path = join(recordsDir(), `${name}.json`)
    const record: RunRecord = { owner: ownMark(), state: 'starting', children: {}, folders: [] }
    writeFileSync(path, JSON.stringify(record), { mode: 0o600, flag: 'wx' })
    return new RunRecordFile(path, record)
  }

  update(change: Partial<Pick<RunRecord, 'state' | 'url' | 'servesBuild'>>): void {
    this.#write({ ...this.#record, ...change })
  }

  addFolder(folder: string): void {
    this.#write({ ...this.#record, folders: [...this.#record.folders, folder] })
  }

  addChild(name: string, pid: number): void {
    const mark = findProcess(pid)
    if (mark) this.#write({ ...this.#record, children: { ...this.#record.children, [name]: mark } })
  }

  removeChild(name: string): void {
    const { [name]: _ended, ...children } = this.#record.children
    this.#write({ ...this.#record, children })
  }

  /** Kills what has been added and not removed; for the moment before this process ends, when nothing can be awaited. */
  killChildren(): void {
    for (const mark of Object.values(this.#record.children)) if (isAlive(mark)) signalGroup(mark.pid, 'SIGKILL')
  }

  remove(): void {
    rmSync(this.path, { force: true })
  }

  #write(record: RunRecord): void {
    this.#record = record
    writeFileAtomically(this.path, JSON.stringify(record))
  }
}

/** The record under a name, when there is a readable one. */
export function findRunRecord(name: string): RunRecord | undefined {
  return readRecord(join(recordsDir(), `${name}.json`))
}

/**
 * Ends the children of every command whose own process has ended, and removes its temporary folders.
 * A process is ended only when both its pid and its kernel start time match the record. Gives the names of what it ended.
 */
export async function endLeftovers(): Promise<string[]> {
  const ended: string[] = []
  for (const name of readdirSync(recordsDir()).filter((file) => file.endsWith('.json'))) {
    const path = join(recordsDir(), name)
    const record = readRecord(path)
    if (record ? isAlive(record.owner) : isBeingWritten(path)) continue
    const children = Object.entries(record?.children ?? {}).map(async ([child, mark]) => {
      if (await endGroup(mark)) ended.push(child)
    })
    await Promise.all(children)
    for (const folder of record?.folders ?? []) rmSync(folder, { recursive: true, force: true })
    rmSync(path, { force: true })
  }
  return ended
}

/** SIGINT (for PostgreSQL a fast shutdown), then SIGKILL after 10 s. Gives whether there was anything to end. */
async function endGroup(mark: ProcessMark): Promise<boolean> {
  if (!isAlive(mark)) return false
  signalGroup(mark.pid, 'SIGINT')
  const isGone = () => (isAlive(mark) ? undefined : true)
  if (await waitUntil(isGone, { timeoutMs: 10_000 })) return true
  signalGroup(mark.pid, 'SIGKILL')
  await waitUntil(isGone, { timeoutMs: 5000 })
  return true
}

/** Between its making and its first content a record is empty. */
function isBeingWritten(path: string): boolean {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < 5000
}

function recordsDir(): string {
  return makeStateDir('run')
}

function readRecord(path: string): RunRecord | undefined {
  try {
    return runRecord.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

function ownMark(): ProcessMark {
  const mark = findProcess(process.pid)
  if (!mark) throw new Error('this process does not find itself in the process table')
  return mark
}
