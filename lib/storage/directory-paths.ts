import { lstat, mkdir, open, realpath, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#lib/errors.ts'
import { reasonOf } from './directory-failure.ts'
import { hiddenFolder } from './object-key.ts'

/** Nobody but the user of our processes reads or writes backups. */
const folderMode = 0o700

/** Paths below one directory. No symbolic link is followed inside it, wherever it leads. */
export class DirectoryPaths {
  readonly root: string

  constructor(root: string) {
    this.root = root
  }

  /** The directory as it is; it may itself be a link. @throws AppError `storage-no-bucket` */
  async realRoot(): Promise<string> {
    try {
      const real = await realpath(this.root)
      if ((await stat(real)).isDirectory()) return real
    } catch (cause) {
      if (!['ENOENT', 'ENOTDIR'].includes(reasonOf(cause))) throw cause
    }
    throw new AppError('storage-no-bucket', `${this.root} is no directory`, { details: { directory: this.root } })
  }

  /** Where a key's file is, once every folder above it was looked at; undefined where one of them is missing or a file. */
  async find(key: string): Promise<string | undefined> {
    let path = await this.realRoot()
    const names = key.split('/')
    for (const name of names.slice(0, -1)) {
      path = join(path, name)
      if ((await this.#look(path)) !== 'folder') return
    }
    return join(path, names.at(-1) ?? '')
  }

  /** The same, with the folders that are missing. @throws AppError `storage-refused` where a file stands in the way */
  async make(key: string): Promise<string> {
    let path = await this.realRoot()
    const names = key.split('/')
    for (const name of names.slice(0, -1)) {
      const above = path
      path = join(above, name)
      const found = await this.#look(path)
      if (found === 'file') throw inTheWay(key, name)
      if (found === 'nothing' && (await makeFolder(path))) await syncFolder(above)
    }
    return join(path, names.at(-1) ?? '')
  }

  /** Where uploads are kept until they are whole; no listing shows it. */
  async uploads(): Promise<string> {
    const folder = join(await this.realRoot(), hiddenFolder)
    await this.#look(folder)
    return folder
  }

  /** Takes away folders above a key that are empty, up to the directory itself. */
  async tidy(key: string): Promise<void> {
    const root = await this.realRoot()
    for (let names = key.split('/').slice(0, -1); names.length > 0; names = names.slice(0, -1)) {
      const isGone = await rmdir(join(root, ...names)).then(
        () => true,
        () => false,
      )
      if (!isGone) return
    }
  }

  async #look(path: string): Promise<'folder' | 'file' | 'nothing'> {
    try {
      const found = await lstat(path)
      if (found.isSymbolicLink()) throw throughLink()
      return found.isDirectory() ? 'folder' : 'file'
    } catch (cause) {
      if (reasonOf(cause) === 'ENOENT') return 'nothing'
      throw cause
    }
  }
}

/** Whether it was made now; another process may have been faster. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: folderMode })
    return true
  } catch (cause) {
    if (reasonOf(cause) === 'EEXIST') return false
    throw cause
  }
}

/** What was made or renamed in a folder is kept over a power failure only once the folder is written too. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch (cause) {
    // Some network file systems know no such thing.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(reasonOf(cause))) throw cause
  } finally {
    await folder.close()
  }
}

function inTheWay(key: string, name: string): AppError {
  return new AppError('storage-refused', `A file stands where ${key} needs the folder ${name}`, {
    details: { key, reason: 'file-in-the-way' },
  })
}

export function throughLink(): AppError {
  return new AppError('storage-refused', 'A symbolic link stands inside the directory; none is followed', {
    details: { reason: 'symbolic-link' },
  })
}
