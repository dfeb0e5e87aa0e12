import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { findProcess, isAlive } from '#lib/process-mark.ts'
import { dayMs, minuteMs } from '#lib/time.ts'

const ownerMark = z.object({ pid: z.int(), startedAt: z.string(), host: z.string() })

const folderForm = /^spool-[0-9a-f]{16}$/
const ownerFile = 'owner.json'

/** Between its making and its mark a folder has no owner. */
const beingMadeMs = minuteMs
/** Whether a process of another machine or container lives cannot be seen; it has long written something if it does. */
const foreignMs = dayMs

/**
 * Makes a folder that only this process uses and only its user can read, with a mark of whose it is, and removes those of
 * processes that have ended without doing so.
 *
 * @returns the path of the folder
 */
export async function makeOwnFolder(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await removeLeftovers(directory)
  const path = join(directory, `spool-${randomBytes(8).toString('hex')}`)
  await markFolder(path)
  return path
}

/** Makes the folder where somebody removed it, and tells others that its owner still lives. */
export async function markFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const mark = { ...findProcess(process.pid), host: hostname() }
  const written = join(path, `owner-${randomBytes(8).toString('hex')}`)
  await writeFile(written, JSON.stringify(mark), { mode: 0o600 })
  await rename(written, join(path, ownerFile))
}

async function removeLeftovers(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory() && folderForm.test(entry.name) && !(await isInUse(path))) {
      await rm(path, { recursive: true, force: true })
    }
  }
}

async function isInUse(path: string): Promise<boolean> {
  const owner = await readOwner(path)
  if (owner === undefined) return (await idleMs(path)) < beingMadeMs
  if (owner.host !== hostname()) return (await idleMs(path)) < foreignMs
  return isAlive(owner)
}

async function readOwner(path: string): Promise<z.infer<typeof ownerMark> | undefined> {
  try {
    return ownerMark.parse(JSON.parse(await readFile(join(path, ownerFile), 'utf8')))
  } catch {
    return undefined
  }
}

/** Since something in the folder last changed; nothing at all for what is gone meanwhile. */
async function idleMs(path: string): Promise<number> {
  try {
    const names = ['.', ...(await readdir(path))]
    const stats = await Promise.all(names.map((name) => lstat(join(path, name))))
    return Date.now() - Math.max(...stats.map(({ mtimeMs }) => mtimeMs))
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
