import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunRecordFile } from './run-record.ts'

/**
 * A record of its own for a short-lived command or a test, with a temporary folder that goes with it. What it started and
 * did not stop is killed when it is disposed of or when this process ends, and by the next command if this one is killed.
 */
export type OwnedRun = { record: RunRecordFile; folder: string; [Symbol.dispose]: () => void }

export function openOwnedRun(kind: string): OwnedRun {
  const record = RunRecordFile.create(`${kind}-${process.pid}-${randomUUID()}`)
  const folder = mkdtempSync(join(tmpdir(), `kstone-${kind}-`))
  record.addFolder(folder)
  // PostgreSQL may run as another user, who has to find its files in here.
  chmodSync(folder, 0o711)
  const dispose = () => {
    process.off('exit', dispose)
    record.killChildren()
    rmSync(folder, { recursive: true, force: true })
    record.remove()
  }
  process.once('exit', dispose)
  return { record, folder, [Symbol.dispose]: dispose }
}
