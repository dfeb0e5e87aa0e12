import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProcess } from '#lib/process-mark.ts'
import { makeStateDir } from '#scripts/paths.ts'
import { waitUntil } from '#scripts/wait-until.ts'

/**
 * Runs `work` while no other process of this checkout runs anything under the same name; waits up to ten minutes for it.
 * A lock whose process has ended does not count.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const path = join(makeStateDir('run'), `${name}.lock`)
  const mark = findProcess(process.pid)
  const content = `${mark?.pid} ${mark?.startedAt}`
  const isMine = await waitUntil(() => tryLock(path, content), { timeoutMs: 600_000, intervalMs: 200 })
  if (!isMine) throw new Error(`another process (${readFileSync(path, 'utf8')}) has held ${path} for ten minutes`)
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

function tryLock(path: string, content: string): true | undefined {
  try {
    writeFileSync(path, content, { flag: 'wx' })
    return true
  } catch {
    if (isStale(path)) rmSync(path, { force: true })
    return undefined
  }
}

function isStale(path: string): boolean {
  try {
    const content = readFileSync(path, 'utf8')
    // Between its creation and its content a lock is empty: that is a living process.
    if (content === '') return false
    const [pid, ...startedAt] = content.split(' ')
    return findProcess(Number(pid))?.startedAt !== startedAt.join(' ')
  } catch {
    return false
  }
}
