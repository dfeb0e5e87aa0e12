import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runTool } from './run-tool.ts'
import { readSource, root } from './source-files.ts'

const row = z.strictObject({
  /** A folder, or the word `ground` for the files that stand in `lib` itself. */
  of: z.string(),
  alsoOf: z.array(z.string()).default([]),
  may: z.array(z.string()).optional(),
  mayAllOfLibBut: z.array(z.string()).optional(),
  withoutGround: z.literal(true).optional(),
  onlyPackages: z.array(z.string()).optional(),
  typesFromAllOfLib: z.literal(true).optional(),
})

const owner = z.strictObject({ onlyIn: z.array(z.string()), typesEverywhere: z.literal(true).optional() })

/** The one table of who may import whom. */
export const boundaries = z
  .strictObject({
    ground: z.string(),
    rows: z.array(row),
    /** Data that a unit test beside the source may read although its folder may not. */
    unitTestsMayRead: z.array(z.string()),
    packages: z.array(owner.extend({ names: z.array(z.string()) })),
    files: z.array(owner.extend({ folder: z.string() })),
  })
  .parse(JSON.parse(readSource('tests/architecture/boundaries.json')))

const graph = z.object({
  modules: z.array(
    z.object({
      source: z.string(),
      dependencies: z.array(z.object({ resolved: z.string(), dependencyTypes: z.array(z.string()) })),
    }),
  ),
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
})

export type ImportGraph = z.infer<typeof graph>

/** The graph of a checkout, judged by our rules. Throws when dependency-cruiser does not answer with one. */
export async function cruise(checkout: string): Promise<ImportGraph> {
  const rootFiles = ['proxy.ts', 'instrumentation.ts', 'instrumentation-client.ts']
  const places = ['app', 'lib', 'workers', 'prisma', 'scripts', 'tests', ...rootFiles]
  const present = places.filter((place) => existsSync(join(checkout, place)))
  const args = ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', ...present]
  const { stdout, stderr } = await runTool('depcruise', args, checkout)
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser answered with no graph: ${stderr}`)
  return graph.parse(JSON.parse(stdout))
}

/** What modules carry with them at run time, however far away: their values' imports, and those of these. Types carry nothing. */
export function carriedBy(sources: readonly string[], { modules }: Pick<ImportGraph, 'modules'>): Set<string> {
  const imports = new Map(
    modules.map(({ source, dependencies }) => [
      source,
      dependencies.filter((one) => !one.dependencyTypes.includes('type-only')).map((one) => one.resolved),
    ]),
  )
  const carried = new Set<string>()
  const waiting = [...sources]
  for (let source = waiting.pop(); source !== undefined; source = waiting.pop()) {
    if (carried.has(source)) continue
    carried.add(source)
    waiting.push(...(imports.get(source) ?? []))
  }
  return carried
}
