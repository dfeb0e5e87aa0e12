import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const root = new URL('..', import.meta.url)
const routesFile = 'app/api/routes.generated.ts'
const methodsFile = 'app/api/methods.generated.ts'

/** `app/api/v1/members/[userId]/route.ts` → `/api/v1/members/{userId}`. */
export function apiPath(file: string): string {
  return `/${file
    .replace(/^app\//, '')
    .replace(/\/route\.ts$/, '')
    .replace(/\[(\w+)\]/g, '{$1}')}`
}

/** Every `route.ts` below `app/api/v1`, sorted, catch-alls and the document itself left out. */
function routeFiles(): string[] {
  return globSync('app/api/v1/**/route.ts', { cwd: root.pathname })
    .filter((file) => !file.includes('[...') && !file.includes('openapi.json'))
    .sort()
}

/** The text of `app/api/routes.generated.ts` for the files that are there now. */
function routesModule(files: readonly string[]): string {
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

/** The text of `app/api/methods.generated.ts`: names alone, for the proxy, which must not load a single handler. */
function methodsModule(files: readonly string[]): string {
  const entries = files.map((file) => {
    const methods = [...readFileSync(new URL(file, root), 'utf8').matchAll(/^export const ([A-Z]+) = /gm)]
    return `  ['${apiPath(file)}', [${methods.map(([, method]) => `'${method}'`).join(', ')}]],`
  })
  return [
    '// Made from the file system by `node scripts/generate-routes.ts`; an architecture test says when it is stale.',
    'export const routeMethods: readonly (readonly [path: string, methods: readonly string[]])[] = [',
    ...entries,
    ']',
    '',
  ].join('\n')
}

/** What the generated files should hold for the routes that are there now. */
export function generatedFiles(): { file: string; text: string }[] {
  const files = routeFiles()
  return [
    { file: routesFile, text: routesModule(files) },
    { file: methodsFile, text: methodsModule(files) },
  ]
}

/** Rewrites the lists when a route came or went. */
export function refreshRoutes(): void {
  for (const { file, text } of generatedFiles()) {
    const target = new URL(file, root)
    const present = readFileSync(target, { encoding: 'utf8', flag: 'a+' })
    if (present !== text) writeFileSync(target, text)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) refreshRoutes()
