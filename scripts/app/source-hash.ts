import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { rootDir } from '#scripts/paths.ts'

const builtFrom = [
  'app/**/*',
  'lib/**/*',
  'public/**/*',
  'prisma/schema.prisma',
  'proxy.ts',
  'instrumentation.ts',
  'instrumentation-client.ts',
  'next.config.js',
  'postcss.config.mjs',
  'package.json',
  'package-lock.json',
]

/** sha256 over the names and contents of every file the web build is made from; tests do not count. */
export function hashSources(root = rootDir): string {
  const hash = createHash('sha256')
  for (const path of globSync(builtFrom, { cwd: root, exclude: ['lib/db/generated', '**/*.test.ts'] }).sort()) {
    const file = join(root, path)
    if (!existsSync(file) || !statSync(file).isFile()) continue
    hash.update(`${path}\0`).update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}
