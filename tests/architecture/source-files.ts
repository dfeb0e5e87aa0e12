import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the checkout, with a trailing slash. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

const skippedFolders = new Set(['node_modules', 'generated', '.git', '.next', '.kstone', 'test-results'])

/** Every file below the given folders of the checkout as sorted paths from the root; a missing folder has none. */
export function filesIn(...folders: string[]): string[] {
  return folders.flatMap((folder) => filesBelow(join(root, folder))).sort()
}

/** The files of {@link filesIn} that hold code. */
export function codeIn(...folders: string[]): string[] {
  return filesIn(...folders).filter((file) => /\.(ts|tsx|js|mjs|cjs)$/.test(file) && !file.endsWith('.d.ts'))
}

/** All code of the checkout: the folders, and the files that tools and Next force to the root. */
export function allCode(): string[] {
  const atRoot = readdirSync(root).filter((name) => /\.(ts|js|mjs|cjs)$/.test(name) && !name.endsWith('.d.ts'))
  return [...atRoot, ...codeIn('app', 'lib', 'workers', 'prisma', 'scripts', 'tests')]
}

export function readSource(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

function filesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    if (skippedFolders.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [relative(root, path)]
  })
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
