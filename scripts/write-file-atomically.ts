import { renameSync, writeFileSync } from 'node:fs'

/** Writes a file readable by its owner only; a reader sees the old content or the new one, never a part. */
export function writeFileAtomically(path: string, content: string): void {
  const temporary = `${path}.${process.pid}.new`
  writeFileSync(temporary, content, { mode: 0o600 })
  renameSync(temporary, path)
}
