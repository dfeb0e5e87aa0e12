import type { Dirent } from 'node:fs'
import { lstat, readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { addMs, hourMs } from '#lib/time.ts'
import { reasonOf } from './directory-failure.ts'
import type { DirectoryPaths } from './directory-paths.ts'
import { compareKeys, isKey } from './object-key.ts'
import type { PendingUpload } from './object-store.ts'

/**
 * Keys of the files below a folder that stand behind `after`, in the order of their bytes; folders that lie wholly before it are
 * not read. Links and what is no file of ours are passed over.
 */
export async function* walkKeys(path: string, prefix: string, after: string | undefined): AsyncGenerator<string> {
  for (const { name, isFolder } of await readNames(path)) {
    const key = prefix + name
    if (!isKey(key) || !mayLieBehind(isFolder ? `${key}/` : key, after)) continue
    if (isFolder) yield* walkKeys(join(path, name), `${key}/`, after)
    else yield key
  }
}

/** For a folder: something in it. */
function mayLieBehind(name: string, after: string | undefined): boolean {
  if (after === undefined || compareKeys(name, after) > 0) return true
  return name.endsWith('/') && after.startsWith(name)
}

/** A folder's name counts with the slash that follows it in every key. */
async function readNames(path: string): Promise<{ name: string; isFolder: boolean }[]> {
  const entries = await readFolder(path)
  return entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
    .sort((one, other) => compareKeys(sortName(one), sortName(other)))
}

function sortName({ name, isFolder }: { name: string; isFolder: boolean }): string {
  return isFolder ? `${name}/` : name
}

/** What is removed meanwhile has nothing in it. */
async function readFolder(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(reasonOf(cause))) return []
    throw cause
  }
}

/** Uploads that lie in the hidden folder, of whatever process. */
export async function findUploads(paths: DirectoryPaths, prefix: string): Promise<PendingUpload[]> {
  const folder = await paths.uploads()
  const found: PendingUpload[] = []
  for (const { name: id, isFolder } of await readNames(folder)) {
    if (!isFolder) continue
    const upload = await findUpload(join(folder, id), id)
    if (upload?.key.startsWith(prefix)) found.push(upload)
  }
  return found
}

async function findUpload(path: string, id: string): Promise<PendingUpload | undefined> {
  for await (const key of walkKeys(path, '', undefined)) {
    const file = await lstat(join(path, key)).catch(() => undefined)
    if (file) return { key, id, startedAt: file.birthtimeMs > 0 ? file.birthtime : file.mtime }
  }
  await dropEmpty(path)
}

/** A process that ended before its first file has left folders alone: no key tells of them. */
async function dropEmpty(path: string): Promise<void> {
  const folder = await lstat(path).catch(() => undefined)
  if (!folder || folder.mtime > addMs(new Date(), -hourMs)) return
  for (const { name } of await readNames(path)) await dropEmpty(join(path, name))
  await rmdir(path).catch(() => undefined)
}
