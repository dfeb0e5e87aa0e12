import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const root = new URL('..', import.meta.url)
const target = new URL('app/api/routes.generated.ts', root)

/** `app/api/v1/members/[userId]/route.ts` → `/api/v1/members/{userId}`. */
export function apiPath(file: string): string {
  return `/${file
    .replace(/^app\//, '')
    .replace(/\/route\.ts$/, '')
    .replace(/\[(\w+)\]/g, '{$1}')}`
}

/** Every `route.ts` below `app/api/v1`, sorted, catch-alls and the document itself left out. */
export function routeFiles(): string[] {
  return globSync('app/api/v1/**/route.ts', { cwd: root.pathname })
    .filter((file) => !file.includes('[...') && !file.includes('openapi.json'))
    .sort()
}

/** The text of `app/api/routes.generated.ts` for the files that are there now. */
export function routesModule(files: readonly string[]): string {
  const imports = files.map((file, index) => `import * as route${index} from '#${file}'`)
  const entries = files.map((file, index) => `  { path: '${apiPath(file)}', methods: route${index} },`)
  return [
    ...imports,
    "import type { RouteModule } from '#lib/api/openapi.ts'",
    '',
    '// Made from the file system by `node scripts/generate-routes.ts`; an architecture test says when it is stale.',
    'export const routes: readonly RouteModule[] = [',
    ...entries,
    ']',
    '',
  ].join('\n')
}

/** Rewrites the list when a route came or went; says whether it did. */
export function refreshRoutes(): boolean {
  const wanted = routesModule(routeFiles())
  const present = readFileSync(target, { encoding: 'utf8', flag: 'a+' })
  if (present === wanted) return false
  writeFileSync(target, wanted)
  return true
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) refreshRoutes()
